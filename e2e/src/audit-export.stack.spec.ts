import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedStack, signIn, type Person } from './world/people.ts';
import { cli, declareValence, orderInput, projectOf } from './world/site.ts';

const run = sharedStack();
const folder = mkdtempSync(join(tmpdir(), 'cadastre-bundle-'));
let alice: Person;

beforeAll(async () => {
  await declareValence(run);
  alice = await signIn(run, 'alice');
});
afterAll(() => { rmSync(folder, { recursive: true }); });

interface Leaf {
  readonly type: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly numbers?: Readonly<Record<string, unknown>>;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly target: { readonly kind: string; readonly id: string };
  readonly time: string;
}

// A period is closed three minutes after its end: the story has to wait for that, and so does an auditor.
const CLOSED_MS = 600_000;

test('an order that is refused can be found and explained by whoever has only the bundle, the trust file and Python', async () => {
  const from = new Date().toISOString();
  const projectId = await projectOf(alice, 'exported');
  const refused = await alice.act('createGpuInstances', { ...orderInput(), projectId, shape: 'h200-8', name: 'too-many', count: 60 }, '... on NotEnoughCapacity { wouldFit decisionId }');
  expect(refused).toMatchObject({ __typename: 'NotEnoughCapacity' });
  const to = new Date(Date.now() + 1).toISOString();

  const bundle = join(folder, 'bundle.zip');
  const exported = await waitFor(async () => {
    const asked = await cli(run, ['--user', 'aude', 'audit', 'export', '--from', from, '--to', to, '--view', 'ocsf', '--out', bundle]);
    if (asked.code !== 0 && !asked.stderr.includes('PERIOD_NOT_OVER')) throw new Error(asked.stderr);
    return asked.code === 0 && asked;
  }, { what: 'the bundle of a period that has closed', timeoutMs: CLOSED_MS, everyMs: 5_000 });
  expect(exported.stdout).toContain('cadastre audit verify');

  // The programs that the bundle itself carries, and the command line's own.
  execFileSync('python3', ['-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])', bundle, folder]);
  const verdictOf = (command: string, ...args: readonly string[]): string => spawnSync(command, [...args, '--trust', run.trustFile, bundle], { encoding: 'utf8' }).stdout.trimEnd().split('\n').at(-1) ?? '';
  const verdict = verdictOf('python3', join(folder, 'verify.py'));
  expect(verdict).toMatch(/^verdict: OK [0-9]+ events$/);
  expect(verdictOf(process.execPath, join(folder, 'verify.mjs'))).toBe(verdict);
  const own = await cli(run, ['audit', 'verify', '--trust', run.trustFile, bundle]);
  expect([own.code, own.stdout.trimEnd().split('\n').at(-1)]).toEqual([0, verdict]);

  const events = readFileSync(join(folder, 'events.jsonl'), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as Leaf);
  expect(verdict).toBe(`verdict: OK ${String(events.length)} events`);
  const found = events.find(e => e.type === 'compute.instance.create' && e.outcome === 'denied' && e.time >= from && e.time < to);
  // Who, what, when, and why: with the code and its numbers, and the catalogue's sentence in French.
  expect(found).toMatchObject({ actor: { kind: 'user', id: expect.stringMatching(/./) as string }, reason: expect.stringMatching(/^[A-Z_]+$/) as string });
  expect(readFileSync(join(folder, 'catalogue.fr.md'), 'utf8')).toContain('`compute.instance.create` |');
  expect(readFileSync(join(folder, 'views', 'ocsf.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(events.length);

  // The asking and the taking stand in the log in turn.
  const after = await cli(run, ['--user', 'aude', '-o', 'json', 'audit', 'list', '--first', '20']);
  expect((JSON.parse(after.stdout) as readonly { type: string }[]).map(e => e.type)).toEqual(expect.arrayContaining(['audit.export.create', 'audit.export.complete', 'audit.export.download']));
}, CLOSED_MS + 120_000);
