import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { waitFor } from '@cadastre/testing/wait';
import { parse, stringify } from 'yaml';
import type { RunFile } from '../../../apps/local/src/stack/options.ts';
import { withDatabase } from './census.ts';
import { signIn, type Person } from './people.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const VALENCE = join(ROOT, 'examples', 'programmes', 'valence.yaml');

export interface CliResult { readonly code: number; readonly stdout: string; readonly stderr: string }

/** The command line as a person runs it. Never throws for an exit code. */
export const cli = async (run: RunFile, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-e2e-'));
  try {
    writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
    const options = { env: { PATH: process.env['PATH'], HOME: folder, LC_ALL: 'en', CADASTRE_STATE: folder, ...env }, cwd: ROOT };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(ROOT, 'apps/cli/bin/cadastre.mjs'), ...args], options);
    return { code: 0, stdout, stderr };
  } catch (e) {
    const { code, stdout, stderr } = e as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw e;
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Declares a programme through the command line and waits until its `available` machines (GPUs and power both fit) can be ordered, less what is already held. */
export const declare = async (run: RunFile, programme: unknown, available: number): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-e2e-'));
  try {
    const file = join(folder, 'programme.yaml');
    writeFileSync(file, stringify(programme));
    const applied = await cli(run, ['--user', 'olivia', 'apply', '-f', file, '--kubeconfig', run.kubeconfig]);
    if (applied.code !== 0) throw new Error(`apply: ${applied.stderr}${applied.stdout}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const alice = await signIn(run, 'alice');
  await waitFor(async () => {
    const { data } = await alice.ask<{ offers: readonly { available: number | null; freshness: string }[] }>('{ offers { available freshness } }');
    const held = await withDatabase(run, async db => Number((await db.query<{ n: string }>(`SELECT count(*) AS n FROM gpu_instance WHERE status <> 'RELEASED'`)).rows[0]?.n));
    const now = data.offers.reduce((sum, o) => sum + (o.freshness === 'FRESH' ? (o.available ?? 0) : 0), 0);
    return now >= available - held || Promise.reject(new Error(JSON.stringify(data)));
  }, { what: `${String(available)} machines to order`, timeoutMs: 90_000, everyMs: 250 });
};

/** The site of the main job: 24 + 18 machines, and 3 of 5 that the rack's power allows. */
export const declareValence = (run: RunFile): Promise<void> => declare(run, parse(readFileSync(VALENCE, 'utf8')), 45);

interface Programme { regions: { datacenters: { halls: { racks: { names: string[]; machines?: { perRack: number } }[] }[]; clusters: { pools: { name: string; target: number; maximum: number }[] }[] }[] }[] }

/** Valence with more h200 racks, so that a test can hold `racks` × 6 machines at once; without its other machines. */
export const largeValence = (racks: number): unknown => {
  const programme = parse(readFileSync(VALENCE, 'utf8')) as Programme;
  const datacenter = programme.regions[0]?.datacenters[0];
  const group = datacenter?.halls[0]?.racks[0];
  const pool = datacenter?.clusters[0]?.pools[0];
  if (datacenter?.halls[0] === undefined || group === undefined || pool === undefined) throw new Error('the example of Valence has another form');
  group.names = Array.from({ length: racks }, (_, i) => `A${String(i + 1).padStart(3, '0')}`);
  datacenter.halls[0].racks = [group];
  pool.target = pool.maximum = racks * (group.machines?.perRack ?? 0);
  if (datacenter.clusters[0] !== undefined) datacenter.clusters[0].pools = [pool];
  return programme;
};

export const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f e2e';

/** What an order needs besides its project, shape and name. */
export const orderInput = (): Readonly<Record<string, unknown>> => ({
  image: 'registry.k8s.io/pause:3.10', sshKeys: [SSH_KEY], leaseEnd: new Date(Date.now() + 86_400_000).toISOString(), count: 1,
});

/** The tenant's project `code`, made on first use. */
export const projectOf = async (person: Person, code: string): Promise<string> => {
  const { data } = await person.ask<{ projects: { edges: readonly { node: { id: string; code: string } }[] } }>('{ projects(first: 100) { edges { node { id code } } } }');
  const found = data.projects.edges.find(e => e.node.code === code);
  if (found !== undefined) return found.node.id;
  const made = await person.act('createProject', { code, name: code }, '... on ProjectAccepted { project { id } }');
  return (made['project'] as { id: string }).id;
};

export interface InstanceView { readonly id: string; readonly name: string; readonly status: string }

/** Every instance the person may see, newest first. */
export const instancesOf = async (person: Person): Promise<readonly InstanceView[]> => {
  const all: InstanceView[] = [];
  let after: string | null = null;
  do {
    const page: { gpuInstances: { edges: readonly { node: InstanceView }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } } = (await person.ask<{ gpuInstances: { edges: readonly { node: InstanceView }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } }>(
      'query ($after: String) { gpuInstances(first: 100, after: $after) { edges { node { id name status } } pageInfo { hasNextPage endCursor } } }', { after })).data;
    all.push(...page.gpuInstances.edges.map(e => e.node));
    after = page.gpuInstances.pageInfo.hasNextPage ? page.gpuInstances.pageInfo.endCursor : null;
  } while (after !== null);
  return all;
};

export const waitForStatus = async (person: Person, ids: readonly string[], status: string, timeoutMs = 60_000): Promise<void> => {
  await waitFor(async () => {
    const seen = (await instancesOf(person)).filter(i => ids.includes(i.id));
    return seen.length === ids.length && seen.every(i => i.status === status);
  }, { what: `${String(ids.length)} instances ${status}`, timeoutMs, everyMs: 250 });
};
