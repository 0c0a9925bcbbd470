import type { ConfigurationFile } from '../schema.ts';
import type { KeysOf, ObjectOfKeys } from './key.ts';
import { WINDOW } from './when.ts';

/** What can be said once for all consumers, and for each. */
export const DEFAULTS: ObjectOfKeys = {
  name: 'ConsumerDefaults',
  text: 'What can be said once for all consumers, and differently for one of them.',
  section: 'defaults',
  keys: {
    owner: {
      text: "InfluxDB user that owns the token, by name or id. It should own nothing else: see [the rotator's token](rotator-token.md#who-owns-what). If the user is deactivated, each run says so where the name is given; where the id is given, the day's `probe` finds it.",
      byDefault: 'none: required, except on Cloud',
      examples: ['svc-telegraf'],
    },
    rotateEvery:
      'Age at which a token is replaced, in the next run. `window`, `freezes` and `canaries` can put that off.',
    gracePeriod:
      'How long the old token keeps working after a new one has replaced it. Applications must have read the secret again by then, or they lose access. It must be longer than `consumerCacheTtl`.',
    holdPeriod:
      'How long a token is kept after it was switched off, before it is deleted. Until then it can be switched on again.',
    maxTokenAge:
      'Greatest age that a token may reach before it is switched off. Older live tokens count as `TokensOverdue`, which is an alarm.',
    consumerCacheTtl:
      'How long the applications keep a token before they read the secret again. It changes nothing by itself: `gracePeriod` is checked against it.',
    tokenKey:
      "Key in the secret's JSON object under which applications find the token. It stands at the top: keys inside other keys, as in `influx.token`, are not supported.",
    rotation:
      'Who begins rotations: a run of this function, or Secrets Manager, by its own schedule or by `RotateSecret`. With `secrets-manager`, `rotateEvery` must be whole hours, from `4h` to `999d`, and `maxTokenAge` a day longer; `createSecret` is refused. [How it is set up](deployment.md#rotation-by-secrets-manager).',
    onMissing:
      'What to do when the current token was deleted in InfluxDB: `rotate` replaces it at once, `report` waits for a person.',
    probe:
      'Whether the current token is tried once a day, with its own permissions and without an effect. The same run asks whether the rotator may make the next token. [What is tried](#what-a-probe-tries).',
    proof: {
      text: 'After a deletion, prove that InfluxDB refuses the old token. This takes two more calls. The event `TOKEN_REFUSED` has the hash of the token, or `TOKEN_NOT_REFUSED` says why there is no proof.',
      byDefault: '`false`; `true` where [evidence](evidence.md) is kept',
    },
    convert:
      'At the first rotation, turn a secret that is a plain token into a JSON object. Its readers must expect JSON by then. A plain token is one word; broken JSON is not.',
    createSecret:
      'Create the secret if it does not exist. The role then gets `secretsmanager:CreateSecret`, and `secret` must be a name.',
    createOwner:
      "Create the owner if it does not exist. The rotator's token then needs `write:users` without an id, which only an operator token has.",
    window: {
      text: 'When tokens that work may be replaced. `{}` is at any time.',
      byDefault: 'at any time',
      holds: [WINDOW],
    },
    spread: {
      text: 'How much earlier than `rotateEvery` a token may fall due, so that not all do at once. `0s` for not at all. [Spreading](#spreading).',
      byDefault: 'about ten rotations in each run',
      examples: ['0s', '12h', '3d'],
    },
  } satisfies KeysOf<NonNullable<ConfigurationFile['defaults']>>,
};
