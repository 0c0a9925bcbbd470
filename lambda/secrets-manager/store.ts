import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod/mini';
import type { CallContext, OnUnanswered } from '../calls/call.ts';
import { pages } from '../calls/pages.ts';
import { redact } from '../calls/redact.ts';
import { Secrets } from '../calls/secrets.ts';
import type { ServiceClocks } from '../calls/service-clocks.ts';
import { allSideBySide } from '../calls/side-by-side.ts';
import { BatchAnswer, CreatedAnswer, DescriptionAnswer, ValueAnswer } from './answers.ts';
import { BATCH_SIZE, readBatch } from './batch.ts';
import { SecretsManagerError } from './errors.ts';
import type { Place } from './place.ts';
import { SdkCalls, type SdkContext } from './sdk-calls.ts';
import type { SecretDescription, SecretReading, SecretVersion } from './secret.ts';
import { tokensIn } from './tokens-in.ts';

/**
 * Secrets Manager as the rotation uses it. The client must not retry by itself (`maxAttempts: 1`), because `call` does.
 * Every method throws a `CallError` if the call failed: a `SecretsManagerError` for whatever the SDK threw.
 */
export class SecretStore {
  readonly #calls: SdkCalls;
  readonly #clock: CallContext['clock'];
  readonly #tokenKeys: ReadonlySet<string>;
  /** Of the secrets that were read, by what they were asked for with. */
  readonly #arns = new Map<string, string>();

  /** @param tokenKeys under which secrets hold tokens: every value that is read or put there is masked from then on. */
  constructor(
    client: SecretsManagerClient,
    context: SdkContext,
    serviceClocks: ServiceClocks,
    tokenKeys: Iterable<string>,
  ) {
    this.#calls = new SdkCalls(client, context, serviceClocks);
    this.#clock = context.clock;
    this.#tokenKeys = new Set(tokenKeys);
  }

  /** The current value of each secret, 20 secrets a call, some calls at once. A secret that cannot be read has a reading that says why. */
  async readCurrent(secretIds: readonly string[]): Promise<Map<string, SecretReading>> {
    const batches = await allSideBySide(pages(secretIds, BATCH_SIZE), (ids) => this.#readBatch(ids));
    return new Map(batches.flatMap((readings) => [...readings]));
  }

  async #readBatch(ids: readonly string[]): Promise<Map<string, SecretReading>> {
    const command = () => new BatchGetSecretValueCommand({ SecretIdList: [...ids] });
    const answer = await this.#calls.ask(BatchAnswer, 'BatchGetSecretValue', 'read', command);
    const readings = readBatch(ids, answer, await this.#calls.place());
    for (const [id, reading] of readings) if (reading.kind === 'value') this.#arns.set(id, reading.arn);
    this.#learn([...readings.values()].flatMap((reading) => (reading.kind === 'value' ? reading.text : [])));
    return readings;
  }

  /** Where the secrets are looked for. */
  async place(): Promise<Place> {
    const place = await this.#calls.place();
    const [arn] = this.#arns.values();
    return { ...place, account: place.account ?? arn?.split(':')[4] };
  }

  /** The ARN of a secret whose value was read. */
  arnOf(secretId: string): string | undefined {
    return this.#arns.get(secretId);
  }

  /** The secret's labels and settings; undefined if it does not exist. */
  async describe(secretId: string): Promise<SecretDescription | undefined> {
    const command = () => new DescribeSecretCommand({ SecretId: secretId });
    const answer = await this.#calls.ask(DescriptionAnswer, 'DescribeSecret', 'read', command).catch(absent);
    if (answer === undefined) return undefined;
    const stages = new Map(Object.entries(answer.VersionIdsToStages));
    const holderOf = (stage: string) => [...stages].find(([, labels]) => labels.includes(stage))?.[0];
    return {
      arn: answer.ARN,
      seenAt: this.#clock.now(),
      current: holderOf('AWSCURRENT'),
      previous: holderOf('AWSPREVIOUS'),
      pending: holderOf('AWSPENDING'),
      labelled: new Set(stages.keys()),
      rotationEnabled: answer.RotationEnabled,
      replicaOf: primaryElsewhere(answer),
      // A partner's secret has a type, and is rotated by Secrets Manager alone.
      owningService: redacted(answer.OwningService ?? answer.Type),
      nextRotationAt: answer.NextRotationDate?.getTime(),
      lastChangedAt: answer.LastChangedDate?.getTime(),
      deletedAt: answer.DeletedDate?.getTime(),
    };
  }

  /** One version by id or label; undefined if there is none, or it has no text. */
  async readVersion(
    secretId: string,
    which: { readonly versionId: string } | { readonly stage: string },
  ): Promise<SecretVersion | undefined> {
    const selector = 'versionId' in which ? { VersionId: which.versionId } : { VersionStage: which.stage };
    const command = () => new GetSecretValueCommand({ SecretId: secretId, ...selector });
    const answer = await this.#calls.ask(ValueAnswer, 'GetSecretValue', 'read', command).catch(absent);
    if (answer?.SecretString === undefined) return undefined;
    this.#learn([answer.SecretString]);
    return { versionId: answer.VersionId, createdAt: answer.CreatedDate.getTime(), text: answer.SecretString };
  }

  /** Creates the secret without a value. */
  create(name: string): Promise<CreatedAnswer> {
    const command = () =>
      new CreateSecretCommand({ Name: name, Description: 'InfluxDB API token, rotated by influxdb-token-rotation' });
    return this.#calls.ask(CreatedAnswer, 'CreateSecret', 'single-effect', command);
  }

  /**
   * Stores `text` as version `versionId` under `AWSPENDING`. Safe to repeat with the same version and text.
   * @returns AWS's id of the request.
   */
  async putPending(
    secretId: string,
    versionId: string,
    text: string,
    options: OnUnanswered = {},
  ): Promise<string | undefined> {
    this.#learn([text]);
    const command = () =>
      new PutSecretValueCommand({
        SecretId: secretId,
        ClientRequestToken: versionId,
        SecretString: text,
        VersionStages: ['AWSPENDING'],
      });
    return requestIdOf(await this.#calls.send('PutSecretValue', 'idempotent-write', command, options));
  }

  /**
   * Moves `AWSCURRENT` to `versionId` if it is still on `from`: a compare-and-swap. An attempt that may have taken
   * effect is never repeated, since a refusal of the second could mean that the first succeeded (docs/protocol.md, F1).
   * @returns AWS's id of the request.
   */
  async promote(secretId: string, versionId: string, from: string): Promise<string | undefined> {
    const command = () =>
      new UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: versionId,
        RemoveFromVersionId: from,
      });
    return requestIdOf(await this.#calls.send('UpdateSecretVersionStage', 'single-effect', command));
  }

  /** Takes `AWSPENDING` off `versionId`; refused if another version holds it. */
  async removePending(secretId: string, versionId: string): Promise<string | undefined> {
    const command = () =>
      new UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: versionId,
      });
    return requestIdOf(await this.#calls.send('UpdateSecretVersionStage', 'single-effect', command));
  }

  #learn(texts: readonly string[]): void {
    Secrets.known.addLater(() => texts.flatMap((text) => tokensIn(text, this.#tokenKeys)));
  }
}

/** The SDK reads it from the answer's header. */
function requestIdOf(output: unknown): string | undefined {
  return (output as { readonly $metadata?: { readonly requestId?: string } } | undefined)?.$metadata?.requestId;
}

function redacted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : redact(text);
}

/** The primary Region, where it is not the secret's own: AWS names it for a primary that is replicated, too. */
function primaryElsewhere({ ARN, PrimaryRegion }: z.infer<typeof DescriptionAnswer>): string | undefined {
  return PrimaryRegion === undefined || PrimaryRegion === ARN.split(':')[3] ? undefined : redact(PrimaryRegion);
}

/** Turns the error that a secret or a version does not exist into undefined. */
function absent(error: unknown): undefined {
  if (error instanceof SecretsManagerError && error.exception === 'ResourceNotFoundException') return undefined;
  throw error;
}
