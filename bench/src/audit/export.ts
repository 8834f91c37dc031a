import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AuditExport } from '@cadastre/domain/auditexport';
import { pause, systemClock } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import { openObjects } from '@cadastre/platform/objects';
import * as exports from '@cadastre/store/auditexport';
import { commit } from '@cadastre/store/commit';
import { actOf, countingIds, openTestStore, seedSite, site } from '../../../libs/store/src/testing/index.ts';
import { exportPolicy } from '../../../apps/notary/src/export/policy.ts';
import { readCarried } from '../../../apps/notary/src/export/programs.ts';
import { runExports } from '../../../apps/notary/src/export/run.ts';
import { seal } from '../../../apps/notary/src/testing/sealed.ts';
import type { Context } from '../harness/context.ts';
import { thisMachine } from '../harness/machine.ts';
import { installDebian } from '../harness/peer.ts';
import type { Report } from '../harness/report.ts';
import { spread } from '../harness/rounds.ts';
import { isThere, run } from '../harness/run.ts';
import { groundOf } from './database.ts';

const MINUTES = 1_000;
const EACH = 100;
const LOOK_MS = 5;
const START = Date.UTC(2026, 2, 1);

/** `audit-export`: a tenant's slice with its proofs, verified while it streams and packed, against `COPY … | gzip -1` of the same leaves. */
export const auditExport = async (c: Context): Promise<Report> => {
  const machine = thisMachine();
  const { db, server } = await groundOf(c);
  if (!(await isThere('psql', c.signal))) await installDebian(['postgresql-client'], c.signal);
  const ids = createIds();
  const [provider, tenant, notary] = [openTestStore(db, 'provider'), openTestStore(db, 'tenant'), openTestStore(db, 'notary', { ids: createIds() })];
  const s = site(countingIds());
  await seedSite(provider, tenant, s);
  const tenantId = s.tenants[0]?.id;
  if (tenantId === undefined) throw new Error('no tenant');
  const objects = openObjects({ auditStorage: pathToFileURL(join(c.dir.path, 'storage')).href });
  const events = Array.from({ length: MINUTES * EACH }, (_, n) => ({
    type: n % EACH === 0 ? 'audit.log.heartbeat' as const : 'compute.instance.create' as const, time: new Date(START + Math.floor(n / EACH) * 60_000 + (n % EACH)).toISOString(), target: `instance-${n}`,
  }));
  const sealed = await seal(db, objects, 'audit.test', [{ tenantId, events, at: [events.length] }]);
  await sealed.cosign(1);
  const deps = {
    store: notary, objects, log: silentLogger(), clock: systemClock, makeAct: () => actOf('none'), pause, policy: exportPolicy(sealed.policy), statements: () => Promise.resolve([]), carried: await readCarried(), views: {}, worker: 'bench', leaseMs: 30_000, pollMs: 10,
  };
  const rounds: { readonly ours: number; readonly copy: number; readonly rssMiB: number }[] = [];
  try {
    for (let round = 1; round <= c.options.rounds; round++) {
      const e: AuditExport = { id: ids.next('auditexport'), directory: 'tenant', tenantId, requestedBy: 'bench', from: new Date(START + 10 * 60_000).toISOString(), to: new Date(START + (MINUTES - 10) * 60_000).toISOString(), views: [], ageRecipients: [], state: 'PENDING', step: 'RANGE', progressMilli: 0, generation: 1 };
      await commit(tenant, { scope: { tenant: tenantId }, act: actOf('tenant'), outbox: [], writes: [exports.insert(e)], audit: [{ type: 'audit.export.create', phase: 'requested', outcome: 'success', tenant: tenantId, target: { kind: 'auditexport', id: e.id } }] });
      const stop = new AbortController();
      const from = performance.now();
      const running = runExports(deps, stop.signal);
      let seen = e;
      while (seen.endedAt === undefined) {
        c.signal.throwIfAborted();
        // The writer is in this process: looking without a pause would take its thread from it.
        await pause(LOOK_MS, c.signal);
        seen = (await tenant.read({ tenant: tenantId }, (q) => exports.get(q, e.id))) ?? seen;
      }
      const ours = performance.now() - from;
      stop.abort();
      await running;
      if (seen.state !== 'SUCCEEDED' || seen.firstIndex === undefined || seen.endIndex === undefined) throw new Error(`the export ended as ${seen.state} ${seen.failure ?? ''}`);
      const began = performance.now();
      const query = `COPY (SELECT convert_from(e.body, 'UTF8') FROM audit_leaf l JOIN audit_event e ON e.id = l.event_id JOIN audit_log g ON g.id = l.log_id WHERE g.tenant_id = '${tenantId}' AND l.index >= ${seen.firstIndex} AND l.index < ${seen.endIndex} ORDER BY l.index) TO STDOUT`;
      await run('sh', ['-c', 'psql -q -X -c "$1" "$2" | gzip -1 > "$3"', 'sh', query, db.url, join(c.dir.path, 'copy.gz')], { signal: c.signal, timeoutMs: 300_000 });
      const copy = performance.now() - began;
      const rssMiB = process.memoryUsage().rss / 2 ** 20;
      rounds.push({ ours, copy, rssMiB });
      c.say(`round ${round}  export ${ours.toFixed(0)} ms for ${seen.endIndex - seen.firstIndex} events, COPY | gzip -1 ${copy.toFixed(0)} ms; ${rssMiB.toFixed(0)} MiB resident`);
    }
  } finally {
    await Promise.all([provider.close(), tenant.close(), notary.close()]);
  }
  return {
    benchmark: 'audit-export', machine, rounds: c.options.rounds, measured: [], skipped: [], setting: { postgresql: server, log: `${events.length} events` },
    figures: [{ name: 'audit-export/copy', of: 'COPY | gzip -1 / the bundle with proofs, verified', ...spread(rounds.map((r) => r.copy / r.ours)) }],
  };
};
