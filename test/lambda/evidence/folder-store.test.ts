import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { fileName } from '../../../lambda/evidence/file-name.ts';
import { FolderStore } from '../../../lambda/evidence/folder-store.ts';
import { anEvidenceFolder, DEPLOYMENT } from '../../builders/an-evidence-folder.ts';

let folder: string;
let store: FolderStore;
beforeEach(() => {
  folder = anEvidenceFolder();
  store = new FolderStore(folder, DEPLOYMENT);
});

it('takes a name once', async () => {
  const name = fileName(1);
  expect(await store.add(name, 'one')).toBe(true);
  expect(await store.add(name, 'other')).toBe(false);
  expect(await store.read(name)).toBe('one');
  expect(readdirSync(join(folder, DEPLOYMENT))).toEqual([name]);
});

it('is empty before anything is written', async () => {
  expect(await store.list()).toEqual([]);
  expect(await store.read(fileName(1))).toBeUndefined();
});

it('passes over files of other kinds, and those whose names contradict themselves', async () => {
  await store.add(fileName(1), 'one');
  for (const name of ['notes.txt', '999999999997-000000000003.jsonl', '999999999999-000000000000.jsonl'])
    writeFileSync(join(folder, DEPLOYMENT, name), '');
  expect(await store.list()).toEqual([fileName(1)]);
});

it('keeps deployments apart', async () => {
  await store.add(fileName(1), 'one');
  expect(await new FolderStore(folder, 'staging').list()).toEqual([]);
});

it('tells what it cannot read or write', async () => {
  writeFileSync(join(folder, DEPLOYMENT), 'a file');
  const where = join(folder, DEPLOYMENT);
  await expect(store.list()).rejects.toMatchObject({
    code: 'EVIDENCE_FOLDER',
    message: `the folder of the evidence, ${where}, cannot be read (ENOTDIR): make it, and let this program use it`,
  });
  await expect(store.add(fileName(1), 'one')).rejects.toThrow('cannot be written (EEXIST)');
});
