import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { storeDatabase } from '@cadastre/store/testing';
import { startDoor, type TestDoor } from '../testing/door.ts';

// The command line as an operator runs it, against a door of its own: a site's power comes from one file, and a change of the file from the same command.

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
interface Power { powerNodes: { name: string; parent?: string; side: string }[]; phases: { name: string; state: string; contractedW: number }[]; clusters: object[] }
interface Programme { regions: { datacenters: Power[] }[] }

const db = storeDatabase();
const folder = mkdtempSync(join(tmpdir(), 'cadastre-programme-'));
let door: TestDoor;
beforeAll(async () => { door = await startDoor('provider', db, { requestsPerSecond: 10_000 }); });
afterAll(async () => {
  await door.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Valence without its clusters: a cluster wants a controller that asks it. */
const valence = (change: (d: Power) => void = () => undefined): Programme => {
  const programme = parse(readFileSync(join(ROOT, 'examples/programmes/valence.yaml'), 'utf8')) as Programme;
  const datacenter = programme.regions[0]?.datacenters[0];
  if (datacenter === undefined) throw new Error('the example of Valence has another form');
  datacenter.clusters = [];
  change(datacenter);
  return programme;
};

const apply = async (programme: Programme): Promise<string> => {
  const file = join(folder, 'programme.yaml');
  writeFileSync(file, stringify(programme, { aliasDuplicateObjects: false }));
  const env = { PATH: process.env['PATH'], HOME: folder, LC_ALL: 'en', CADASTRE_URL: door.url, CADASTRE_TOKEN: await door.token('olivia') };
  const run = promisify(execFile)(process.execPath, [join(ROOT, 'apps/cli/bin/cadastre.mjs'), 'apply', '-f', file], { env, cwd: folder });
  return await run.then(done => done.stdout, (e: unknown) => (e as { stderr: string }).stderr);
};
const lines = (report: string, noun: string): readonly string[] => report.split('\n').filter(l => l.includes(` ${noun} `)).map(l => l.replace(/\s+/, ' '));

describe('a site\'s power from one file', () => {
  it('is declared with its racks, and a second time changes nothing', async () => {
    const first = await apply(valence());
    expect(lines(first, 'powerNode')).toHaveLength(9);
    expect(lines(first, 'powerPhase')).toEqual([1, 2, 3, 4].map(n => `created powerPhase phase-${String(n)}`));
    expect(lines(first, 'rack').filter(l => l.startsWith('created'))).toHaveLength(12);
    const second = await apply(valence());
    expect(second).not.toMatch(/created|updated|removed/);
    expect(lines(second, 'powerNode')).toHaveLength(9);
  });

  it('goes forward, and back again, by the same command', async () => {
    const forward = (): Programme => valence(d => { d.phases = d.phases.filter(p => p.name !== 'phase-4').map(p => (p.name === 'phase-2' ? { ...p, state: 'CONTRACTED' } : p)); });
    expect(lines(await apply(forward()), 'powerPhase')).toEqual(['unchanged powerPhase phase-1', 'updated powerPhase phase-2', 'unchanged powerPhase phase-3', 'removed powerPhase phase-4']);
    expect(lines(await apply(valence()), 'powerPhase')).toEqual(['unchanged powerPhase phase-1', 'updated powerPhase phase-2', 'unchanged powerPhase phase-3', 'created powerPhase phase-4']);
    expect(lines(await apply(forward()), 'powerPhase')).toContain('updated powerPhase phase-2');
  });

  it.each([
    { reason: 'a circle', change: (d: Power) => { d.powerNodes[0] = { ...d.powerNodes[0], parent: 'BUS-A1', side: 'A' } as Power['powerNodes'][number]; }, said: 'POWER_SIDE_MISMATCH' },
    { reason: 'a transformer fed by its own busway', change: (d: Power) => { d.powerNodes[1] = { ...d.powerNodes[1], parent: 'BUS-A1' } as Power['powerNodes'][number]; }, said: 'POWER_TREE_CYCLE: nodes.1.parent: Power node TR-A would feed itself: TR-A, BUS-A1, UPS-A.' },
    { reason: 'a node under two parents', change: (d: Power) => { d.powerNodes.push({ ...d.powerNodes[5], parent: 'TR-A' } as Power['powerNodes'][number]); }, said: 'POWER_TWO_PARENTS: nodes.9.parent: Power node BUS-A1 would have two parents: UPS-A, TR-A.' },
    { reason: 'phases in contradiction', change: (d: Power) => { d.phases = d.phases.map(p => ({ ...p, state: 'CONTRACTED', contractedW: p.name === 'phase-3' ? 1_000_000 : p.contractedW })); }, said: 'PHASES_CONTRADICT: phases.2.contractedW: Phase phase-3 (1,000,000 W' },
  ])('$reason is refused and told', async ({ change, said }) => { expect(await apply(valence(change))).toContain(said); });
});
