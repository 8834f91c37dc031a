import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROCESSES } from '@cadastre/domain/audit';
import { parsePolicy, quorumHolds, verifierOf, verifyNote } from '@cadastre/tlog';
import { waitFor } from '@cadastre/testing/wait';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestStack } from '../../apps/local/src/testing/index.ts';
import type { Stack } from '../../apps/local/src/stack/stack.ts';
import { withDatabase } from './world/census.ts';
import { signIn, type Person } from './world/people.ts';

let stack: Stack;
let olivia: Person;

beforeAll(async () => {
  stack = await startTestStack();
  olivia = await signIn(stack.run, 'olivia');
}, 240_000);
afterAll(async () => { await stack.stop(); });

const rows = <T extends object>(text: string, values: readonly unknown[] = []): Promise<readonly T[]> => withDatabase(stack.run, async db => (await db.query<T>(text, [...values])).rows);

/** One act through the provider door, and the audit event that its receipt names. */
const act = async (): Promise<string> => {
  const made = await olivia.act('createRegion', { code: `z${randomUUID().slice(0, 8)}`, nameFr: 'Région scellée', nameEn: 'Sealed region', country: 'FR', jurisdiction: 'EU-FR', operatorName: 'Essai' }, '... on RegionAccepted { receipt { auditEventId } }');
  const id = (made['receipt'] as { auditEventId?: string } | undefined)?.auditEventId;
  expect(id, JSON.stringify(made)).toBeDefined();
  return id ?? '';
};

const sealed = (event: string) => waitFor(async () =>
  (await rows<{ origin: string; at: string }>(`
    SELECT l.origin, f.index AS at FROM audit_leaf f JOIN audit_log l ON l.id = f.log_id
    WHERE f.event_id = $1 AND EXISTS (SELECT FROM audit_checkpoint c WHERE c.log_id = l.id AND c.size > f.index)`, [event]))[0], { what: 'the event under a signed checkpoint', timeoutMs: 20_000, everyMs: 100 });

const told = async (type: string): Promise<number> =>
  Number((await rows<{ n: string }>(`SELECT count(*) AS n FROM audit_event WHERE type = $1 AND convert_from(body, 'UTF8')::json->>'reason' = 'WITNESS_QUORUM_MISSING'`, [type]))[0]?.n);

test('every process that has a database has told its start, with the digest of its settings', async () => {
  const names: Readonly<Record<string, readonly string[]>> = {
    'apps/api/src/main.ts': ['door-provider', 'door-tenant'], 'apps/allocator/src/main.ts': ['allocator'], 'apps/controller/src/main.ts': ['controller'],
    'apps/notary/src/kubeaudit/main.ts': ['kubeaudit'], 'apps/notary/src/seal/main.ts': ['notary'], 'apps/notary/src/monitor/main.ts': ['monitor'],
  };
  expect(Object.keys(names).sort()).toEqual(Object.keys(PROCESSES).filter(main => PROCESSES[main]?.includes('platform.process.start')).sort());
  const started = `SELECT DISTINCT target_id AS name, length(convert_from(body, 'UTF8')::json->'numbers'->>'configuration') AS digest FROM audit_event WHERE type = 'platform.process.start' ORDER BY 1`;
  const all = Object.values(names).flat().sort().map(name => ({ name, digest: 64 }));
  await waitFor(async () => {
    const told = await rows<{ name: string; digest: number }>(started);
    if (told.length < all.length) throw new Error(JSON.stringify(told));
    return true;
  }, { what: 'all starts', timeoutMs: 60_000, everyMs: 250 });
  expect((await rows<{ name: string; digest: number }>(started)).filter(({ name }) => all.some(a => a.name === name))).toEqual(all);
}, 90_000);

test('an event written through a door is sealed within seconds, and two witnesses cosign the checkpoint that covers it, as the trust file says', async () => {
  const event = await act();
  expect((await sealed(event)).origin).toBe(`${stack.run.auditOrigin}/provider`);
  const covering = await waitFor(async () =>
    (await rows<{ note: string; lines: readonly string[] }>(`
      SELECT c.note, array_agg(s.line ORDER BY s.witness) AS lines FROM audit_checkpoint c JOIN audit_log l ON l.id = c.log_id JOIN audit_cosignature s ON s.log_id = c.log_id AND s.size = c.size
      WHERE l.kind = 'GLOBAL' AND c.size > (SELECT min(g.index) FROM audit_global_leaf g JOIN audit_leaf f ON f.log_id = g.log_id AND g.size > f.index WHERE f.event_id = $1)
      GROUP BY c.size, c.note HAVING count(*) = 2 ORDER BY c.size LIMIT 1`, [event]))[0], { what: 'two cosignatures', timeoutMs: 45_000, everyMs: 250 });
  const policy = parsePolicy(readFileSync(stack.run.trustFile));
  if (!policy.ok) throw new Error(policy.error.because);
  const { logs, witnesses, quorum } = policy.value;
  const verified = verifyNote(`${covering.note}${covering.lines.map(l => `${l}\n`).join('')}`, [...logs, ...witnesses].map(k => verifierOf(k.key)));
  const names = verified.ok ? verified.value.verified.map(l => l.name) : [];
  expect(names.sort()).toEqual([stack.run.auditOrigin, ...witnesses.map(w => w.key.name)].sort());
  expect(quorumHolds(quorum, new Set(witnesses.filter(w => names.includes(w.key.name)).map(w => w.name)))).toBe(true);
  // Readers of the log find what the database says.
  expect(readFileSync(join(stack.run.auditStorage, 'logs', stack.run.auditOrigin, 'checkpoint'), 'utf8').split('\n')[0]).toBe(stack.run.auditOrigin);
});

test('without one of two witnesses sealing goes on, the log says so after a minute, once, and says when it is back', async () => {
  stack.pauseRestarts('witness-2');
  stack.kill('witness-2', 'SIGKILL');
  await waitFor(async () => {
    await act();
    return (await told('audit.log.degraded')) > 0;
  }, { what: 'the degradation', timeoutMs: 110_000, everyMs: 2_000 });
  await sealed(await act());
  stack.resumeRestarts('witness-2');
  await waitFor(async () => {
    await act();
    return (await told('audit.log.resumed')) > 0;
  }, { what: 'the return', timeoutMs: 60_000, everyMs: 1_000 });
  expect([await told('audit.log.degraded'), await told('audit.log.resumed')]).toEqual([1, 1]);
}, 200_000);

test('after the database and the notary are killed events are taken, sealed and cosigned again without a hand', async () => {
  for (const name of ['notary', 'signer', 'witness-1', 'postgres']) stack.kill(name, 'SIGKILL');
  const event = await waitFor(act, { what: 'an act after the kill', timeoutMs: 90_000, everyMs: 500 });
  await sealed(event);
  const before = Number((await rows<{ n: string }>('SELECT coalesce(max(size), 0) AS n FROM audit_cosignature'))[0]?.n);
  await waitFor(async () => {
    await act();
    return (await rows<{ n: string }>('SELECT count(*) AS n FROM audit_cosignature WHERE size > $1', [before])).some(r => Number(r.n) >= 2);
  }, { what: 'two new cosignatures', timeoutMs: 60_000, everyMs: 1_000 });
}, 240_000);
