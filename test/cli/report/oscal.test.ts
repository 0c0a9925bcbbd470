import { validate, version } from 'uuid';
import { expect, it } from 'vitest';
import type { Report } from '../../../cli/report/model.ts';
import { oscalOf } from '../../../cli/report/oscal.ts';
import { anEvidence } from '../../builders/an-evidence.ts';
import { BEGIN, reportOn } from './a-report.ts';

const REPORT = reportOn(anEvidence({ consumers: 50, days: 100, from: BEGIN }));

/** What of OSCAL is looked at here. */
interface Results {
  readonly 'assessment-results': {
    readonly results: readonly [
      {
        readonly observations: readonly { readonly uuid: string; readonly 'relevant-evidence'?: readonly object[] }[];
        readonly findings: readonly {
          readonly title: string;
          readonly target: { readonly 'target-id': string; readonly status: { readonly state: string } };
          readonly 'related-observations': readonly { readonly 'observation-uuid': string }[];
        }[];
      },
    ];
  };
}

function resultOf(report: Report) {
  return (oscalOf(report) as Results)['assessment-results'].results[0];
}

function uuidsIn(report: Report): string[] {
  return [...JSON.stringify(oscalOf(report)).matchAll(/"uuid":"([^"]*)"/g)].map(([, uuid = '']) => uuid);
}

it('the same chain and period have the same ids, whenever they are exported', () => {
  expect(uuidsIn({ ...REPORT, at: '2027-01-01T00:00:00.000Z' })).toEqual(uuidsIn(REPORT));
  expect(uuidsIn(REPORT).filter((uuid) => !validate(uuid) || version(uuid) !== 5)).toEqual([]);
  expect(new Set(uuidsIn(REPORT)).size).toBe(uuidsIn(REPORT).length);
});

it('another head, another period and another deployment have other ids', () => {
  const evidence = { ...REPORT.sources.evidence, head: { number: 1, hash: 'sha256:0', at: REPORT.at } };
  const others = [
    { ...REPORT, sources: { ...REPORT.sources, evidence } as Report['sources'] },
    { ...REPORT, to: '2026-01-01T00:00:00.000Z' },
    { ...REPORT, deployment: 'other' },
  ];
  for (const other of others) {
    const own = new Set(uuidsIn(REPORT));
    expect(uuidsIn(other).filter((uuid) => own.has(uuid))).toEqual([]);
  }
});

it('each control has a finding, which refers to observations of its figures', () => {
  const { findings, observations } = resultOf(REPORT);
  expect(findings.map(({ title }) => title)).toEqual(
    REPORT.controls.map(({ framework, number }) => `${framework} ${number}`),
  );
  const known = new Set(observations.map(({ uuid }) => uuid));
  const related = findings.map((finding) => finding['related-observations'].map((each) => each['observation-uuid']));
  expect(related.flat().filter((uuid) => !known.has(uuid))).toEqual([]);
  expect(related.map(({ length }) => length)).toEqual(REPORT.controls.map(({ figures }) => figures.length));
});

it('a control is satisfied only if the evidence supports it', () => {
  const states = resultOf(REPORT).findings.map(({ target }) => target.status.state);
  expect(states).toEqual(REPORT.controls.map(({ result }) => (result === 'supported' ? 'satisfied' : 'not-satisfied')));
  expect(new Set(states).size).toBe(2);
});

it('ids of controls are those of the catalogue of NIST, and unique', () => {
  const ids = resultOf(REPORT).findings.map(({ target }) => target['target-id']);
  expect(ids).toEqual(expect.arrayContaining(['ia-5', 'ia-5.13', 'ac-2.1', 'au-12', 'pci-8.6.3', 'cis-1.14']));
  expect(new Set(ids).size).toBe(ids.length);
});
