import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ministack } from './ministack.ts';

/**
 * Writes an AWS configuration file with a profile for each of these roles, as a person has it who takes them on.
 * @returns the environment in which it is used, with the emulator for STS.
 */
export function writeProfiles(
  folder: string,
  { client: { credentials, endpoint, region } }: Ministack,
  roles: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const profile = (name: string, lines: Readonly<Record<string, string>>) =>
    [`[profile ${name}]`, ...Object.entries(lines).map(([key, value]) => `${key} = ${value}`), ''].join('\n');
  const root = { aws_access_key_id: credentials.accessKeyId, aws_secret_access_key: credentials.secretAccessKey };
  const file = join(folder, 'aws-config');
  const profiles = Object.entries(roles).map(([name, role_arn = '']) =>
    profile(name, { role_arn, source_profile: 'root', region }),
  );
  writeFileSync(file, [profile('root', root), ...profiles].join('\n'));
  return { AWS_CONFIG_FILE: file, AWS_ENDPOINT_URL_STS: endpoint };
}
