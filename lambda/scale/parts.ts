import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { Budget } from '../calls/budget.ts';
import type { Clock } from '../calls/clock.ts';
import type { Configuration } from '../config/configuration.ts';
import type { ConfigurationOfMany, ScaleSettings } from '../config/scale.ts';
import type { Elsewhere } from '../engine/observe/elsewhere.ts';
import type { RunReport } from '../engine/report/report.ts';
import type { Log } from '../log/log.ts';
import { S3 } from '../s3/s3.ts';
import { Objects } from './objects.ts';

/** What Lambda tells of an invocation. */
export interface Invocation {
  getRemainingTimeInMillis(): number;
  readonly awsRequestId?: string;
  readonly invokedFunctionArn?: string;
}

/** The handler of one function, for some of the consumers. */
export type CreateHandler = (options: {
  readonly configuration: Configuration;
  readonly elsewhere: Elsewhere;
  /** Takes the report, whether or not the invocation then fails. */
  readonly publishMetrics?: (report: RunReport) => void;
}) => (event: unknown, context: Invocation) => Promise<unknown>;

/** What all states need. */
export interface ScaleParts {
  readonly base: ConfigurationOfMany;
  readonly settings: ScaleSettings;
  /** The bus, where the construct alone knows it. */
  readonly events: Configuration['events'];
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** @default the environment's Region, credentials and endpoint */
  readonly s3?: S3ClientConfig | undefined;
  readonly secretsManager?: SecretsManagerClientConfig | undefined;
  readonly createHandler: CreateHandler;
  readonly createLog: (deployment: string, requestId: string | undefined) => Log;
  /** Publishes the figures of all consumers together. */
  readonly publishAll: (report: RunReport) => void;
}

/** The time of this invocation and the objects of S3, until `act` is over. */
export async function withObjects<T>(
  { clock, s3 }: Pick<ScaleParts, 'clock' | 's3'>,
  limits: Configuration['limits'],
  context: Invocation,
  act: (objects: Objects, budget: Budget) => Promise<T>,
): Promise<T> {
  const budget = new Budget(clock, context.getRemainingTimeInMillis(), limits);
  const service = new S3({ clock, budget, limits }, s3);
  try {
    return await act(new Objects(service), budget);
  } finally {
    service.close();
  }
}
