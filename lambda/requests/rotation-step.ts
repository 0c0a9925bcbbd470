import * as z from 'zod/mini';
import { RequestError } from './request.ts';

/** What Secrets Manager sends when it rotates a secret by this function. More fields may come, and mean nothing here. */
const Event = z.object({
  Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret']),
  SecretId: z.string().check(z.regex(/^arn:[\w-]+:secretsmanager:/)),
  ClientRequestToken: z.string().check(z.minLength(32), z.maxLength(64)),
});

/** One step of a rotation by Secrets Manager. */
export interface RotationStep {
  readonly step: z.infer<typeof Event>['Step'];
  readonly secretArn: string;
  /** The version that the rotation makes. */
  readonly versionId: string;
}

/**
 * The step that an event asks for; undefined for an event that is none.
 * @throws {RequestError} if the event has a step, and is not understood.
 */
export function rotationStepIn(event: unknown): RotationStep | undefined {
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, 'Step')) return undefined;
  const parsed = Event.safeParse(event);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new RequestError(`the rotation step of Secrets Manager is not understood, at ${wrong}`);
  }
  const { Step, SecretId, ClientRequestToken } = parsed.data;
  return { step: Step, secretArn: SecretId, versionId: ClientRequestToken };
}
