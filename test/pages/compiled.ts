import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What the pages take for granted around a fragment: the names that CDK and the package export, and a user's own. */
const AROUND = `
import { Stack } from 'aws-cdk-lib';
import { BuildSpec, LinuxBuildImage, Project } from 'aws-cdk-lib/aws-codebuild';
import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import type { IBaseService } from 'aws-cdk-lib/aws-ecs';
import { CfnRule, EventBus, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { AwsApi, CodeBuildProject } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { TokenRotation } from 'influxdb-token-rotation';
declare const bus: IEventBus, bucket: IBucket, service: IBaseService;
class Around extends Stack {
  fragment() {
`;

/** What a page shows of a report, one consumer a line. */
const REPORT = `
import type { ConsumerReport } from '${resolve('lambda/engine/report/report.ts')}';
export const shown: readonly Pick<ConsumerReport, 'consumer' | 'state' | 'trial'>[] = `;

/** A whole file, unless it imports nothing: then it stands in a stack. */
export const asFile = (code: string): string => (/^import /m.test(code) ? code : `${AROUND}${code}\n}\n}\n`);

export const asReports = (lines: string): string => `${REPORT}[${lines.split('\n').join(',\n')}];\n`;

/** @returns what the compiler says of these files, by their names; empty if it takes them. */
export function compiled(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  try {
    mkdirSync(join(folder, 'pages'));
    for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, 'pages', `${name}.ts`), code);
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    const paths = { 'influxdb-token-rotation': [resolve('infra/index.ts')] };
    const compilerOptions = { paths, noUnusedLocals: false };
    const project = { extends: resolve('tsconfig.json'), compilerOptions, include: ['pages'], exclude: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
    const { stdout } = spawnSync(resolve('node_modules/.bin/tsc'), ['--project', folder], { encoding: 'utf8' });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
