import { expect, it } from 'vitest';
import { asFile, asReports, compiled } from './compiled.ts';
import { READERS } from './languages.ts';

// What test/pages/blocks.test.ts would find wrong.

it.each([
  ['a command that does not exist', 'sh', 'npx influxdb-token-rotation statsu', "unknown command 'statsu'"],
  ['an option that does not exist', 'sh', 'npm run -s cli -- status --gaet', "unknown option '--gaet'"],
  [
    'a command without its reason',
    'sh',
    'npx influxdb-token-rotation rotate telegraf',
    "'--reason <text>' not specified",
  ],
  ['a script that does not exist', 'sh', 'npm run clii', 'package.json has no script clii'],
  ['a program that nobody has', 'sh', 'cat a | jqq .', 'jqq is not known here'],
  ['cdk without a configuration', 'sh', 'npx cdk deploy', 'cdk deploy has no -c config=FILE'],
  ['what no shell understands', 'sh', 'if true; then', 'syntax error'],
  ['a misspelt key of a consumer', 'json', '{ "name": "a", "secret": "b", "onwer": "c" }', 'onwer'],
  ['half of an exception', 'json', '"exception": { "reason": "a repair" }', 'approvedBy'],
  ['JSON of nothing', 'json', '{ "moon": "full" }', 'nothing here knows what this is'],
  ['a query for a field that nothing logs', '', 'fields @timestamp, moon\n| filter code = "RUN_STARTED"', 'logs moon'],
  ['YAML that is none', 'yaml', 'a: b: c', 'Nested mappings'],
  ['TOML that is none', 'toml', 'a = = 1', 'Invalid TOML'],
  ['HCL that is none', 'hcl', 'module "rotation" {', 'Unclosed configuration block'],
  ['JavaScript that is none', 'js', 'const = 1', 'Transform failed'],
])('%s is told', async (_what, language, text, told) => {
  const read = async () => READERS[language]?.(text);
  await expect(read()).rejects.toThrow(told);
});

it('an option of the construct and a state of a consumer that do not exist are told', () => {
  const said = compiled({
    fragment: asFile("new TokenRotation(this, 'Rotation', { configuration: 'rotation.json', moon: true });"),
    report: asReports('{"consumer": "telegraf", "state": "moonstruck"}'),
  });
  expect(said).toContain("'moon' does not exist in type");
  expect(said).toContain('"moonstruck"');
});
