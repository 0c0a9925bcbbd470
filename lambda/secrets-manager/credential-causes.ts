import { redact } from '../calls/redact.ts';

export interface Cause {
  readonly code: 'AWS_SETTINGS' | 'AWS_CREDENTIALS';
  readonly detail: string;
}

/** What a message of the SDK was found to say; `profile` is the one in use. */
type Tell = (found: readonly string[], profile: string) => string | undefined;

const PROCESS = 'correct it, or run its command in a shell to see what it prints';

/** The SDK tells these apart by their texts alone. Nothing is repeated but names: a command may hold secrets. */
const SETTINGS: readonly (readonly [RegExp, Tell])[] = [
  [
    /^Command failed/,
    (_, profile) => `the credential_process of profile ${profile} failed: run its command in a shell to see why`,
  ],
  [
    /^Profile (.*) credential_process returned invalid JSON/,
    ([of]) => `the credential_process of profile ${of} prints no JSON: ${PROCESS}`,
  ],
  [
    /^Profile (.*) credential_process did not return Version 1/,
    ([of]) => `the credential_process of profile ${of} prints no "Version": 1, which AWS asks for: ${PROCESS}`,
  ],
  [
    /^Cannot read properties of null \(reading 'Version'\)/,
    (_, profile) => `the credential_process of profile ${profile} prints no JSON object: ${PROCESS}`,
  ],
  [
    /^Profile (.*) credential_process returned invalid credentials/,
    ([of]) => `the credential_process of profile ${of} prints no AccessKeyId or no SecretAccessKey: ${PROCESS}`,
  ],
  [
    /^Detected a cycle .*Profiles visited: (.*)$/,
    ([visited], profile) =>
      `the source_profile of profile ${profile} leads in a circle (through ${visited}): let it name a profile that has credentials of its own`,
  ],
  [
    /^Could not resolve credentials using profile: \[(.*)\]/,
    ([of], profile) =>
      of === profile
        ? undefined
        : `the source_profile of profile ${profile} leads to profile ${of}, which does not exist or has no credentials: correct source_profile, or give profile ${of} credentials`,
  ],
  [
    /^Unsupported credential source in profile (.*)\. Got (.*), expected/,
    ([of, got]) =>
      `the credential_source of profile ${of} is ${got}, which does not exist: write Environment, Ec2InstanceMetadata or EcsContainer`,
  ],
  [
    /^Profile is configured with invalid SSO credentials/,
    (_, profile) =>
      `profile ${profile} lacks settings of SSO: it needs sso_account_id and sso_role_name, and sso_region and sso_start_url here or in the section that sso_session names`,
  ],
  [
    /^URL not accepted/,
    () =>
      'AWS_CONTAINER_CREDENTIALS_FULL_URI has a host that the AWS SDK does not accept: begin it with https://, or remove it',
  ],
  [
    /^Error: connect (E[A-Z]+) (?!169\.254\.169\.254)(\S+)/,
    ([code, at]) =>
      `what should give AWS credentials is not reached at ${at} (${code}): correct AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, or remove it`,
  ],
];

const ENDED = /^Profile (.*) credential_process returned expired credentials/;

/**
 * Why there are no credentials, by the first message that tells; undefined if none does.
 * @param messages what the SDK threw, and what its providers said before.
 */
export function causeIn(messages: readonly string[], profile = 'default'): Cause | undefined {
  for (const message of messages) {
    const [ended] = ENDED.exec(message)?.slice(1) ?? [];
    if (ended !== undefined)
      return {
        code: 'AWS_CREDENTIALS',
        detail: `the credential_process of profile ${redact(ended)} gives credentials that have expired: sign in again with the program that it runs`,
      };
    for (const [pattern, tell] of SETTINGS) {
      const found = pattern.exec(message)?.slice(1).map(redact);
      const detail = found === undefined ? undefined : tell(found, redact(profile));
      if (detail !== undefined) return { code: 'AWS_SETTINGS', detail };
    }
  }
  return undefined;
}

/** The SDK stumbles over the section that does not exist, and throws what is no error of its own. */
export function unknownSession(message: string, profile = 'default'): string | undefined {
  if (!/^Cannot read properties of undefined \(reading 'sso_/.test(message)) return undefined;
  return `the sso_session of profile ${redact(profile)} names no section of the AWS config file: correct it, or add the section [sso-session NAME]`;
}
