import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CallError } from '../../../lambda/calls/call-error.ts';
import { fileName } from '../../../lambda/evidence/file-name.ts';
import { FolderStore } from '../../../lambda/evidence/folder-store.ts';
import { hashOf, NOTHING_BEFORE } from '../../../lambda/evidence/link.ts';
import type { EvidenceRecord } from '../../../lambda/evidence/record.ts';
import type { EvidenceStore } from '../../../lambda/evidence/store.ts';
import { aChain, anEvidenceFolder, anIntent, DEPLOYMENT, filled } from '../../builders/an-evidence-folder.ts';

let folder: string;
let store: FolderStore;
beforeEach(() => {
  folder = anEvidenceFolder();
  store = new FolderStore(folder, DEPLOYMENT);
});

const textOf = (name: string) => readFileSync(join(folder, DEPLOYMENT, name), 'utf8');

async function onRecord(): Promise<EvidenceRecord[]> {
  const records: EvidenceRecord[] = [];
  for await (const record of aChain(store).chain.all()) records.push(record);
  return records;
}

async function assertWhole(count: number): Promise<void> {
  const records = await onRecord();
  expect(records.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  const names = (await store.list()).toReversed();
  const lines = names.flatMap((name) => textOf(name).trimEnd().split('\n'));
  expect(records.map(({ previous }) => previous)).toEqual([NOTHING_BEFORE, ...lines.slice(0, -1).map(hashOf)]);
}

describe('what is added', () => {
  it('is one file of canonical JSON, each line with the hash of the one before it', async () => {
    const [first, second] = await filled(store, 1, 2);
    expect(textOf(first?.file ?? '')).toBe(
      '{"at":"2026-01-01T00:00:00.000Z","authorizationId":"authorization-1-1","consumer":"telegraf","deployment":"prod","kind":"intent","notBefore":"2026-01-02T00:00:00.000Z","number":1,"previous":"sha256:0000000000000000000000000000000000000000000000000000000000000000","reason":"it was superseded","reasonCode":"SUPERSEDED","runId":"run-1","version":1}\n',
    );
    expect(second).toMatchObject({ file: '999999999997-000000000002.jsonl', first: 2, last: 3 });
    await assertWhole(3);
  });

  it('is listed with the newest first', async () => {
    await filled(store, 1, 3, 1);
    expect(await store.list()).toEqual([
      '999999999994-000000000005.jsonl',
      '999999999997-000000000002.jsonl',
      '999999999998-000000000001.jsonl',
    ]);
    expect(await store.list(1)).toEqual(['999999999994-000000000005.jsonl']);
  });

  it('is logged with the hash of its last line, which is the anchor', async () => {
    const { chain, logged } = aChain(store);
    await chain.append([anIntent('one'), anIntent('two')]);
    const { file = '' } = logged[0] ?? {};
    expect(logged).toEqual([{ file, first: 1, last: 2, hash: hashOf(textOf(file).split('\n')[1] ?? '') }]);
  });

  it('follows what the same run has added, without looking for the head again', async () => {
    let lists = 0;
    const counting: EvidenceStore = {
      place: store.place,
      list: (most) => {
        lists += 1;
        return store.list(most);
      },
      read: (name) => store.read(name),
      add: (name, text) => store.add(name, text),
    };
    const { chain } = aChain(counting);
    await chain.append([anIntent('one')]);
    await chain.append([anIntent('two')]);
    expect(lists).toBe(1);
    await assertWhole(2);
  });

  it('follows what another run has added meanwhile', async () => {
    const [one, other] = [aChain(store, 'one').chain, aChain(store, 'other').chain];
    await one.append([anIntent('one')]);
    await other.append([anIntent('two')]);
    await one.append([anIntent('three')]);
    await assertWhole(3);
  });

  it('forms one chain, however many runs race', async () => {
    const runs = Array.from({ length: 6 }, (_, index) => aChain(store, `run-${index}`).chain);
    await Promise.all(runs.map((chain) => chain.append([anIntent('one'), anIntent('two')])));
    await assertWhole(12);
  });

  it('is given up where others are faster each time', async () => {
    const full: EvidenceStore = {
      place: 'there',
      list: async () => [],
      read: async () => undefined,
      add: async () => false,
    };
    const { chain, logged } = aChain(full);
    await expect(chain.append([anIntent('one')])).rejects.toMatchObject({ code: 'EVIDENCE_CONTENDED' });
    expect(logged).toEqual([]);
  });

  it('is given up where the newest file has no records to follow', async () => {
    const [written] = await filled(store, 1);
    writeFileSync(join(folder, DEPLOYMENT, written?.file ?? ''), '');
    await expect(aChain(store).chain.append([anIntent('one')])).rejects.toMatchObject({ code: 'EVIDENCE_UNREADABLE' });
  });
});

describe('an answer that is lost', () => {
  const lost = () => {
    throw new CallError('S3_UNANSWERED', 'unanswered', 'no answer');
  };
  type Arrival = 'at once' | 'never' | 'before the next try' | 'while the head is read again' | 'after another run';

  /** The first call to add is not answered, and takes effect when it is said. */
  function losing(arrives: Arrival): EvidenceStore {
    let isFirst = true;
    let late: (() => Promise<unknown>) | undefined;
    const arrive = async () => {
      await late?.();
      late = undefined;
    };
    return {
      place: store.place,
      list: async (most) => {
        if (arrives === 'while the head is read again') await arrive();
        const names = await store.list(most);
        return names;
      },
      read: (name) => store.read(name),
      add: async (name, text) => {
        if (!isFirst) {
          if (arrives === 'before the next try') await arrive();
          return store.add(name, text);
        }
        isFirst = false;
        if (arrives === 'at once') await store.add(name, text);
        else if (arrives === 'after another run') await aChain(store, 'another').chain.append([anIntent('another')]);
        else if (arrives !== 'never') late = () => store.add(name, text);
        return lost();
      },
    };
  }

  it.each<[Arrival, number]>([
    ['at once', 2],
    ['never', 2],
    ['before the next try', 2],
    ['while the head is read again', 2],
    ['after another run', 3],
  ])('leads to no second copy of the records where the call arrives %s', async (arrives, count) => {
    await filled(store, 1);
    const { chain, logged } = aChain(losing(arrives), 'mine');
    const written = await chain.append([anIntent('mine')]);
    expect(logged).toEqual([written]);
    await assertWhole(count);
    expect((await onRecord()).filter(({ runId }) => runId === 'mine')).toHaveLength(1);
    await chain.append([anIntent('next')]);
    await assertWhole(count + 1);
  });
});

describe('what is read', () => {
  it('goes back to the file that has what is looked for', async () => {
    await filled(store, 1, 2, 1);
    const { chain } = aChain(store);
    const numbers = async (until: number) =>
      (await chain.backTo(({ number }) => number === until)).map(({ number }) => number);
    expect(await numbers(4)).toEqual([4]);
    expect(await numbers(3)).toEqual([2, 3, 4]);
    expect(await numbers(99)).toEqual([1, 2, 3, 4]);
  });

  it('goes back however far it is', async () => {
    await filled(store, ...Array.from({ length: 60 }, () => 1));
    const found = await aChain(store).chain.backTo(({ number }) => number === 2);
    expect(found.map(({ number }) => number)).toEqual(Array.from({ length: 59 }, (_, index) => index + 2));
  });

  it('is nothing where nothing was written', async () => {
    const { chain } = aChain(store);
    expect(await chain.backTo(() => true)).toEqual([]);
    expect(await onRecord()).toEqual([]);
  });

  it.each([
    ['no JSON', 'not json'],
    ['of a newer version', '{"version":2}'],
  ])('is refused where it is %s', async (_what, line) => {
    const [written] = await filled(store, 1);
    writeFileSync(join(folder, DEPLOYMENT, written?.file ?? ''), `${line}\n`);
    await expect(onRecord()).rejects.toMatchObject({
      code: 'EVIDENCE_UNREADABLE',
      message: expect.stringContaining(`line 1 of ${written?.file}`),
    });
  });
});

describe('after a file that nobody of ours wrote', () => {
  it.each([
    ['is empty', fileName(2), ''],
    ['has no records', fileName(2), 'hello\n'],
    ['has the greatest number', fileName(999_999_999_999), '{}\n'],
    ['has bytes that are no text', fileName(2), Buffer.from([0xff, 0xfe, 0x0a])],
  ])('that %s, nothing is added', async (_what, name, content) => {
    await filled(store, 1);
    writeFileSync(join(folder, DEPLOYMENT, name), content);
    await expect(aChain(store).chain.append([anIntent('next')])).rejects.toMatchObject({ code: 'EVIDENCE_UNREADABLE' });
  });
});

it('a byte that another stands for in a text is another text', async () => {
  const name = fileName(1);
  await store.add(name, '{"a":"\ufffd"}\n');
  writeFileSync(join(folder, DEPLOYMENT, name), Buffer.from('{"a":"\xff"}\n', 'latin1'));
  expect(await store.read(name)).not.toBe('{"a":"\ufffd"}\n');
});
