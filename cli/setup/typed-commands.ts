import type { Configuration } from '../../lambda/config/configuration.ts';
import { commandForOwnToken } from '../../lambda/engine/plan/operator-command.ts';
import { program } from '../status/next-command.ts';
import { TOKEN_VARIABLE } from './given-token.ts';
import type { Look } from './look.ts';
import type { Step } from './steps.ts';

/** The steps as commands to type, for those who do not want this program to take them. */
export function commandsFor(configuration: Configuration, look: Look, steps: readonly Step[], file: string): string[] {
  if (steps.length === 0) return [];
  return [
    `export INFLUX_HOST=${quoted(configuration.influxdb.url)}`,
    `read -rs ${TOKEN_VARIABLE} && export ${TOKEN_VARIABLE}   # an operator token, which is not shown`,
    ...steps.flatMap((step) => commandFor(configuration, look, step, file)),
  ];
}

function commandFor(
  { influxdb: { org, orgId, tokenSecret, tokenKey } }: Configuration,
  { target }: Look,
  { kind, what }: Step,
  file: string,
): string[] {
  const ofOrg = org === undefined ? `--org-id ${orgId}` : `--org ${quoted(org)}`;
  switch (kind) {
    case 'write-file':
      return [];
    case 'create-user':
      return [`influx user create --name ${quoted(what)} ${ofOrg}`];
    case 'create-secret':
      return [`aws secretsmanager create-secret --name ${quoted(what)}`];
    case 'delete-token':
      return [`influx auth delete --id ${what}`];
    case 'make-token': {
      if (target === undefined)
        return [
          `${program()} init --config ${quoted(file)} --commands   # the rest, once the ids of the users are known`,
        ];
      const { orgId: of, userId, wanted } = target;
      return [commandForOwnToken({ secret: tokenSecret, tokenKey, orgId: of, userId, wanted })];
    }
  }
}

function quoted(text: string): string {
  return /^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
