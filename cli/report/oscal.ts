import { v5 } from 'uuid';
import { onOneLine } from '../terminal.ts';
import { PROGRAM } from '../typed.ts';
import type { Control } from './control.ts';
import type { Report } from './model.ts';
import { type Observation, observationsOf } from './oscal-observations.ts';

/** Of this kind of ids; any would do that is nobody else's. */
const NAMESPACE = '7f0d3f52-4c39-5f55-9d52-0c1e3a5b7a11';

const OSCAL_VERSION = '1.2.1';

/** OSCAL assessment results. The ids follow from the head of the chain, so that a later export of the same is the same. */
export function oscalOf(report: Report): object {
  const { deployment, at, from, to, sources } = report;
  const head = sources.evidence?.head;
  const scope = v5([deployment, from, to, head?.hash ?? ''].join('\n'), NAMESPACE);
  const id = (name: string) => v5(name, scope);
  const plan = id('plan');
  const observations = observationsOf(report, id);
  return {
    'assessment-results': {
      uuid: id('results'),
      metadata: {
        title: `Rotation of the InfluxDB tokens of ${onOneLine(deployment)}`,
        'last-modified': at,
        version: head === undefined ? '0' : String(head.number),
        'oscal-version': OSCAL_VERSION,
        remarks:
          'The evidence supports an assessment, and is none. "satisfied" says that no figure here speaks against it, and nothing beyond.',
      },
      'import-ap': { href: `#${plan}` },
      results: [
        {
          uuid: id('result'),
          title: `Evidence from ${from} to ${to}`,
          description: descriptionOf(report),
          start: from,
          end: to,
          'reviewed-controls': { 'control-selections': selectionsOf(report.controls) },
          ...(observations.length > 0 && { observations }),
          findings: report.controls.map((control) => findingOf(control, observations, id)),
        },
      ],
      'back-matter': {
        resources: [
          {
            uuid: plan,
            title: 'What is looked at for each control',
            description: `docs/compliance.md of ${PROGRAM}: which figures are looked at for which control, and what they do not say. There is no assessment plan beyond it.`,
          },
        ],
      },
    },
  };
}

function descriptionOf({ sources: { evidence, missing } }: Report): string {
  const chain =
    evidence === undefined
      ? 'There is no chain of records.'
      : `The chain in ${evidence.place} ends with record ${evidence.head?.number ?? 0}, ${evidence.head?.hash ?? 'none'}, and ${evidence.isVerified ? 'each record has the hash of the one before it' : 'is broken'}.`;
  return [chain, ...missing].join(' ');
}

function selectionsOf(controls: readonly Control[]): object[] {
  return [...Map.groupBy(controls, ({ framework }) => framework)].map(([framework, own]) => ({
    description: framework,
    'include-controls': own.map((control) => ({ 'control-id': controlId(control) })),
  }));
}

/** NIST's own catalogue writes `ia-5.13`; the others have none, and an id begins with a letter. */
function controlId({ framework, number }: Pick<Control, 'framework' | 'number'>): string {
  const plain = number.toLowerCase().replace(/\((\d+)\)/, '.$1');
  const [family = ''] = framework.toLowerCase().split(/[ /]/);
  return family === 'nist' ? plain : `${family}-${plain}`;
}

function findingOf(control: Control, observations: readonly Observation[], id: (name: string) => string): object {
  const { framework, number, about, says, saysNot, result, missing } = control;
  const related = control.figures.flatMap((name) => observations.find(({ title }) => title === name)?.uuid ?? []);
  return {
    uuid: id(`finding ${framework} ${number}`),
    title: `${framework} ${number}`,
    description: `${about}. The evidence says: ${says.join('; ')}.`,
    target: {
      type: 'objective-id',
      'target-id': controlId(control),
      status: {
        state: result === 'supported' ? 'satisfied' : 'not-satisfied',
        reason: { supported: 'pass', 'not-supported': 'fail', 'no-evidence': 'other' }[result],
        ...(result === 'no-evidence' && {
          remarks: `Nothing speaks against it, but evidence is missing: ${missing.join(', ')}.`,
        }),
      },
    },
    ...(related.length > 0 && { 'related-observations': related.map((uuid) => ({ 'observation-uuid': uuid })) }),
    remarks: `Not in the evidence: ${saysNot.join('; ')}.`,
  };
}
