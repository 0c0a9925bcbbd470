/** What runs the blocks of a page in one language: a test that names the page. */
export interface Check {
  readonly language: string;
  /** Missing where it does so under every heading. */
  readonly headings?: readonly string[];
  readonly by: string;
}

/** Blocks that are not run: they are read, by what reads their language. */
export const READ = 'test/pages/blocks.test.ts';

const GETTING_STARTED = 'test/cli/getting-started.test.ts';
const MIGRATION = 'test/cli/migration.test.ts';
const UNINSTALL = 'test/cli/uninstall.test.ts';
const CONSUMERS = 'test/pages/consumers.test.ts';
const READERS = 'test/readers/readers.test.ts';
const TOLD = 'test/lambda/runs/told-applications.test.ts';

/**
 * What holds every block of every page. One that is not here says in the line before it that no test runs it; where its
 * language can be read, it is read all the same.
 */
export const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  'README.md': [
    { language: 'sh', headings: [''], by: READ },
    { language: 'sh', headings: ['Five minutes to the first rotation'], by: 'test/cli/readme.test.ts' },
    { language: 'json', by: 'test/cli/readme.test.ts' },
    { language: 'text', by: 'test/pages/status-screen.test.ts' },
  ],
  'CONTRIBUTING.md': [{ language: 'sh', by: READ }],
  'docs/commands.md': [
    { language: 'sh', by: READ },
    { language: 'json', by: READ },
  ],
  'docs/compliance.md': [{ language: 'sh', by: READ }],
  'docs/configuration.md': [
    { language: 'json', by: READ },
    { language: 'sh', headings: ['Add a consumer'], by: READ },
  ],
  'docs/consumers.md': [
    { language: 'python', headings: ['The SDK, for each request', "Python with AWS's caching client"], by: READERS },
    { language: 'js', headings: ['The SDK, for each request', 'Node with Powertools'], by: READERS },
    { language: 'sh', headings: ['Telegraf'], by: 'test/readers/token-file.test.ts' },
    { language: 'ts', headings: ['Kubernetes', 'Telegraf'], by: CONSUMERS },
  ],
  'docs/deployment.md': [
    { language: 'sh', by: READ },
    { language: 'ts', by: READ },
    { language: 'js', by: 'test/package/package.test.ts' },
  ],
  'docs/events.md': [
    { language: 'json', headings: ['The event', 'The schema of their `detail`'], by: TOLD },
    { language: 'json', headings: ['Changes of state'], by: READ },
    { language: 'json', headings: ['A rule that restarts a service'], by: CONSUMERS },
    { language: 'ts', headings: ['A rule that restarts a service'], by: CONSUMERS },
  ],
  'docs/evidence.md': [
    { language: '', by: READ },
    { language: 'sh', by: READ },
  ],
  'docs/getting-started.md': [
    { language: 'sh', by: GETTING_STARTED },
    { language: 'text', by: GETTING_STARTED },
  ],
  'docs/migration.md': [
    { language: 'sh', headings: ['See what there is', 'Take them over'], by: MIGRATION },
    { language: 'sh', headings: ['If an application did not follow', 'A token of an administrator'], by: MIGRATION },
    { language: 'sh', headings: ["AWS's own rotator"], by: MIGRATION },
    { language: 'json', headings: ['Shapes of a secret', "AWS's own rotator"], by: MIGRATION },
  ],
  'docs/operations.md': [
    { language: 'sh', by: 'test/cli/runbook.test.ts' },
    { language: '', by: READ },
  ],
  'docs/rotator-token.md': [
    { language: 'sh', by: READ },
    { language: 'json', by: READ },
  ],
  'docs/scale.md': [{ language: 'ts', by: READ }],
  'docs/uninstall.md': [
    { language: 'json', headings: ['One consumer'], by: UNINSTALL },
    { language: 'sh', headings: ['One consumer', 'A deployment'], by: UNINSTALL },
  ],
  'docs/upgrades.md': [{ language: 'sh', headings: ['Upgrade'], by: 'test/pages/upgrades.test.ts' }],
  'docs/without-cdk.md': [
    { language: 'sh', headings: ['Make the zip', 'CloudFormation'], by: 'test/deploy/template.test.ts' },
    {
      language: 'sh',
      headings: [
        ...['Make the release', 'Write the configuration', 'The first plan', 'Terraform', 'What was made'],
        ...['The first rotation', 'The first alarm', 'Change something'],
      ],
      by: READ,
    },
    { language: 'hcl', headings: ['Terraform'], by: 'test/scripts/terraform.test.ts' },
    { language: 'hcl', headings: ['Secrets that Terraform owns'], by: 'test/deploy/terraform-arguments.test.ts' },
  ],
  'examples/cdk-app/README.md': [{ language: 'sh', by: READ }],
};
