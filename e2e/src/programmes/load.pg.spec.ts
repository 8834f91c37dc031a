import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROBE_SUBJECT, type ProbeReply, type ProbeRequest } from '@cadastre/domain/cluster';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operator } from '../../../apps/api/src/testing/operator.ts';

// Every file of examples/programmes, as it is, by the command that an operator types, against a provider door of its own over a real database; all of them side
// by side, as one operator of a federation would have them. Only the controller is played: no cluster stands behind a simulated site.

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
// A `.workload.yaml` beside a programme is the question of `cadastre compare`, not a programme.
const FILES = readdirSync(join(ROOT, 'examples/programmes')).filter(f => f.endsWith('.yaml') && !f.endsWith('.workload.yaml')).sort();

const provider = operator();
const folder = mkdtempSync(join(tmpdir(), 'cadastre-programmes-'));
const kubeconfig = join(folder, 'kubeconfig');
let stop: (() => Promise<void>) | undefined;
beforeAll(() => {
  const endpoint = 'https://127.0.0.1:6443';
  writeFileSync(kubeconfig, `apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: b, user: c}}]\nclusters: [{name: b, cluster: {server: "${endpoint}"}}]\nusers: [{name: c, user: {token: t}}]\n`);
  const controller = provider.door.door.nats.respond<ProbeRequest, ProbeReply>(PROBE_SUBJECT, () => Promise.resolve({ ok: true, version: 'v1.37.2', endpoint }), {});
  stop = () => controller.close();
});
afterAll(async () => {
  await stop?.();
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly noun: string;
  readonly name: string;
  readonly what: string;
}
const apply = async (file: string): Promise<readonly Line[]> => {
  const env = { PATH: process.env['PATH'], HOME: folder, CADASTRE_STATE: folder, CADASTRE_URL: provider.door.url, CADASTRE_TOKEN: await provider.door.token('olivia') };
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'apps/cli/bin/cadastre.mjs'), 'apply', '-f', `examples/programmes/${file}`, '--kubeconfig', kubeconfig, '-o', 'json'], { cwd: ROOT, env });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text: Buffer) => { out += text.toString(); });
    child.stderr.on('data', (text: Buffer) => { err += text.toString(); });
    child.on('error', reject);
    child.on('close', code => { if (code === 0) resolve(JSON.parse(out) as Line[]); else reject(new Error(`${file}: ${err}`)); });
  });
};

/** What each programme declares, by noun: the numbers that a reader of its page counts for himself. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'valence.yaml': { rack: 12, powerPhase: 4, certification: 2, pool: 3 },
  'fabrique-ia.yaml': { organisation: 3, rack: 60, powerPhase: 1, pool: 1, link: 2 },
  'datalab-normandie.yaml': { organisation: 21, rack: 4, quota: 21, pool: 1 },
  'occitanie.yaml': { datacenter: 2, rack: 8, powerPhase: 3, link: 5 },
  'neoclyde.yaml': { rack: 12, carrier: 2, link: 3, pool: 1 },
};

describe('the programmes of examples/programmes load', () => {
  it('there are the five', () => { expect(FILES).toEqual(Object.keys(EXPECTED).sort()); });

  it.each(FILES)('%s: everything is declared; a second time nothing changes', async file => {
    const first = await apply(file);
    const counts = Map.groupBy(first, l => l.noun);
    expect(Object.fromEntries(Object.keys(EXPECTED[file] ?? {}).map(noun => [noun, counts.get(noun)?.length ?? 0]))).toEqual(EXPECTED[file]);
    // A shape may have come with another programme: it is the same machine. A site without machines has no machine to create.
    expect(first.filter(l => l.what !== 'created' && l.noun !== 'shape' && !(l.noun === 'machines' && l.name === '0'))).toEqual([]);
    const second = await apply(file);
    expect(second.filter(l => l.what !== 'unchanged')).toEqual([]);
    expect(second.filter(l => l.noun !== 'machines').length).toBe(first.filter(l => l.noun !== 'machines').length);
  }, 120_000);

  it('side by side: none of them changed what another declared', async () => {
    for (const file of FILES) expect((await apply(file)).filter(l => l.what !== 'unchanged')).toEqual([]);
  }, 120_000);

  it('the consortium of DataLab has its twenty members, and every machine is marked as simulated', async () => {
    expect(await provider.rows("SELECT cardinality(member_ids) AS members FROM organisation WHERE code = 'datalab-normandie'")).toEqual([{ members: 20 }]);
    expect(await provider.rows('SELECT count(*)::int AS machines FROM machine WHERE NOT simulated')).toEqual([{ machines: 0 }]);
  });
});
