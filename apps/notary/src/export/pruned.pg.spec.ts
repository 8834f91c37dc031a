import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AuditExport } from '@cadastre/domain/auditexport';
import { pause, systemClock } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import { openObjects, type Objects } from '@cadastre/platform/objects';
import * as exports from '@cadastre/store/auditexport';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { actOf, asRows, asSuperuser, countingIds, openTestStore, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pruneWhatIsDue } from '../keeping/prune.ts';
import { seal, type SeededEvent } from '../testing/sealed.ts';
import { exportPolicy } from './policy.ts';
import { readCarried } from './programs.ts';
import { runExports } from './run.ts';

const db = storeDatabase();
const ids = createIds();
const s = site(countingIds());
const tenantId = s.tenants[0]!.id;
const ORIGIN = 'audit.test';
const folder = mkdtempSync(join(tmpdir(), 'pruned-spec-'));
const objects: Objects = openObjects({ auditStorage: pathToFileURL(join(folder, 'store')).href });
const START = Date.parse('2026-03-01T00:00:00.000Z');
const at = (minutes: number): string => new Date(START + 60_000 * minutes).toISOString();
/** Eleven a minute, the first of which is the heartbeat: leaf 512 is of the 46th minute, and the first heartbeat after it is leaf 517, of the 47th. */
const history: readonly SeededEvent[] = Array.from({ length: 660 }, (_, n) => ({ type: n % 11 === 0 ? 'audit.log.heartbeat' : 'compute.instance.create', time: new Date(Date.parse(at(Math.floor(n / 11))) + (n % 11)).toISOString() }));
let [tenant, notary]: Store[] = [];
let sealed: Awaited<ReturnType<typeof seal>>;

beforeAll(async () => {
  [tenant, notary] = [openTestStore(db, 'tenant'), openTestStore(db, 'notary', { ids })];
  const provider = openTestStore(db, 'provider');
  await seedSite(provider, tenant, s);
  await provider.close();
  sealed = await seal(db, objects, ORIGIN, [{ tenantId, events: history, at: [300, history.length] }, { events: [{ type: 'audit.log.heartbeat', time: at(0) }], at: [1] }]);
  await sealed.cosign(3);
  // As a database is after retention has passed: the oldest two bundles of entries were recorded fourteen months ago.
  await asSuperuser(db, `ALTER TABLE audit_event DISABLE TRIGGER ALL; UPDATE audit_event e SET time_recorded = now() - interval '14 months' FROM audit_leaf l WHERE l.event_id = e.id AND l.log_id = 2 AND l.index < 512;
    ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only; ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_guard`);
  await pruneWhatIsDue({ store: notary, objects, log: silentLogger(), makeAct: () => actOf('none') });
}, 60_000);
afterAll(async () => {
  await Promise.all([tenant!.close(), notary!.close()]);
  rmSync(folder, { recursive: true });
});

const exported = async (from: string, to: string): Promise<AuditExport> => {
  const e: AuditExport = { id: ids.next('auditexport'), directory: 'tenant', tenantId, requestedBy: 'aude', from, to, views: [], ageRecipients: [], state: 'PENDING', step: 'RANGE', progressMilli: 0, generation: 1 };
  const asked = await commit(tenant!, { scope: { tenant: tenantId }, act: actOf('tenant'), outbox: [], writes: [exports.insert(e)], audit: [{ type: 'audit.export.create', phase: 'requested', outcome: 'success', tenant: tenantId, target: { kind: 'auditexport', id: e.id } }] });
  expect(asked.ok).toBe(true);
  const stop = new AbortController();
  const running = runExports({
    store: notary!, objects, log: silentLogger(), clock: systemClock, makeAct: () => actOf('none'), pause, policy: exportPolicy(sealed.policy), statements: () => Promise.resolve([]), carried: await readCarried(), views: {}, worker: ids.next('request'), leaseMs: 2_000, pollMs: 20,
  }, stop.signal);
  try {
    return await waitFor(async () => {
      const now = await tenant!.read({ tenant: tenantId }, q => exports.get(q, e.id));
      return now?.endedAt !== undefined && now;
    }, { what: 'the export', timeoutMs: 30_000 });
  } finally {
    stop.abort();
    await running;
  }
};

const ROOT = resolve(import.meta.dirname, '../../../..');
const PROGRAMS = [
  ['python3', 'apps/notary/verifiers/verify.py'], [process.execPath, 'apps/notary/verifiers/verify.mjs'], [process.execPath, 'apps/cli/bin/cadastre.mjs', 'audit', 'verify'],
] as const;

describe('an export of a log whose oldest part is pruned', () => {
  it('of a period after that part is proven from hashes alone, and all three programs believe it', async () => {
    const done = await exported(at(49), at(57));
    expect(done).toMatchObject({ state: 'SUCCEEDED' });
    // What the proof spans is gone: neither the database nor the storage has it.
    expect(await asRows(db, 'SELECT count(*)::int AS n FROM audit_leaf l JOIN audit_event e ON e.id = l.event_id WHERE l.log_id = 2 AND l.index < 512')).toEqual([{ n: 0 }]);
    expect(await Promise.all(['000', '001', '002.p/148'].map(async b => (await objects.get(`logs/${ORIGIN}~t~${tenantId}/tile/entries/${b}`)) !== undefined))).toEqual([false, false, true]);
    const [zip, trust] = [join(folder, 'bundle.zip'), join(folder, 'trust.txt')];
    writeFileSync(zip, (await objects.get(done.file ?? '')) ?? '');
    writeFileSync(trust, sealed.policy);
    expect(JSON.parse(execFileSync('unzip', ['-p', zip, 'manifest.json'], { encoding: 'utf8' }))).toMatchObject({ first: 517, end: 650, pruned_before: 512 });
    const said = PROGRAMS.map(([command, ...args]) => spawnSync(command, [...args, '--lang', 'en', '--trust', trust, zip], { cwd: ROOT, encoding: 'utf8' }).stdout.trimEnd().split('\n'));
    expect(said.map(lines => lines.at(-1))).toEqual(PROGRAMS.map(() => 'verdict: OK 133 events'));
    expect(said.map(lines => lines.some(line => /pruned/i.test(line) && line.includes('512')))).toEqual([true, true, true]);
  }, 60_000);

  it.each([
    { period: 'lies in the pruned part', from: at(10), to: at(20) },
    { period: 'begins in it', from: at(40), to: at(55) },
    { period: 'begins after it, but has its heartbeat before in it', from: at(48), to: at(55) },
  ])('of a period that $period is refused: PERIOD_PRUNED', async ({ from, to }) => {
    expect(await exported(from, to)).toMatchObject({ state: 'FAILED', failure: 'PERIOD_PRUNED' });
  }, 60_000);
});
