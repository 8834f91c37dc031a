import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AuditExport } from '@cadastre/domain/auditexport';
import type { OrganisationId } from '@cadastre/domain/core';
import { pause, systemClock } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import { openObjects, type Objects } from '@cadastre/platform/objects';
import * as exports from '@cadastre/store/auditexport';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import { actOf, asSuperuser, countingIds, openTestStore, seedSite, site, storeDatabase, TEST_PASSWORD, type Site } from '@cadastre/store/testing';
import { waitFor } from '@cadastre/testing/wait';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { NONCE_BYTES, nonceOf, timestampRequest } from '../shared/timestamp/index.ts';
import { makeAuthority } from '../testing/authority.ts';
import { seal, type SeededEvent } from '../testing/sealed.ts';
import { pruneWhatIsDue } from '../keeping/prune.ts';
import type { ExportProcess } from '../testing/export-process.ts';
import type { ExportDeps } from './deps.ts';
import { exportPolicy } from './policy.ts';
import { removeLapsed } from './lapse.ts';
import { readCarried, type Carried } from './programs.ts';
import { runExports } from './run.ts';
import { lineView } from './views.ts';

const db = storeDatabase();
const ids = createIds();
const folder = mkdtempSync(join(tmpdir(), 'export-spec-'));
const objects: Objects = openObjects({ auditStorage: pathToFileURL(join(folder, 'store')).href });
const MANY = 100_000;
const START = Date.parse('2026-03-01T00:00:00.000Z');
const at = (minutes: number): string => new Date(START + 60_000 * minutes).toISOString();
let tenant: Store;
let notary: Store;
let s: Site;
let sealed: Awaited<ReturnType<typeof seal>>;
let carried: Carried;

/** A heartbeat each minute; `each` events between two. */
const history = (minutes: number, each: number): readonly SeededEvent[] =>
  Array.from({ length: minutes }, (_, m) => [
    { type: 'audit.log.heartbeat', time: at(m) } as const,
    ...Array.from({ length: each }, (_, n): SeededEvent => ({ type: 'compute.instance.create', time: new Date(START + 60_000 * m + 1_000 + n).toISOString(), target: `instance-${String(m)}-${String(n)}`, ...(n === 0 ? { outcome: 'denied', reason: 'QUOTA_EXCEEDED' } : {}) })),
  ]).flat();

beforeAll(async () => {
  tenant = openTestStore(db, 'tenant');
  notary = openTestStore(db, 'notary', { ids: createIds() });
  s = site(countingIds());
  const provider = openTestStore(db, 'provider');
  await seedSite(provider, tenant, s);
  await provider.close();
  carried = await readCarried();
  const first = history(60, 10);
  sealed = await seal(db, objects, 'audit.test', [
    { tenantId: s.tenants[0]!.id, events: first, at: [300, 500, 600, first.length] },
    { tenantId: s.tenants[1]!.id, events: history(1_000, MANY / 1_000 - 1), at: [MANY] },
    { events: history(20, 0), at: [20] },
  ]);
}, 120_000);
afterAll(async () => {
  await Promise.all([tenant.close(), notary.close()]);
  rmSync(folder, { recursive: true });
});

const deps = (more: Partial<ExportDeps> = {}): ExportDeps => ({
  store: notary, objects, log: silentLogger(), clock: systemClock, makeAct: () => actOf('none'), pause, policy: exportPolicy(sealed.policy), statements: () => Promise.resolve([]), carried, views: {}, worker: ids.next('request'), leaseMs: 2_000, pollMs: 20, ...more,
});
/** Runs a writer of its own until `done`. */
const writing = async <T>(done: () => Promise<T | false>, more: Partial<ExportDeps> = {}): Promise<T> => {
  const stop = new AbortController();
  const running = runExports(deps(more), stop.signal);
  try {
    return await waitFor(done, { what: 'the export', timeoutMs: 60_000 });
  } finally {
    stop.abort();
    await running;
  }
};
const ask = async (more: Partial<AuditExport> = {}): Promise<AuditExport> => {
  const tenantId = more.tenantId ?? s.tenants[0]!.id;
  const e: AuditExport = { id: ids.next('auditexport'), directory: 'tenant', tenantId, requestedBy: 'aude', from: at(10), to: at(30), views: [], ageRecipients: [], state: 'PENDING', step: 'RANGE', progressMilli: 0, generation: 1, ...more };
  const done = await commit(tenant, { scope: { tenant: tenantId }, act: actOf('tenant'), outbox: [], writes: [exports.insert(e)], audit: [{ type: 'audit.export.create', phase: 'requested', outcome: 'success', tenant: tenantId, target: { kind: 'auditexport', id: e.id } }] });
  expect(done.ok).toBe(true);
  return e;
};
const seen = async (e: AuditExport): Promise<AuditExport> => (await tenant.read({ tenant: e.tenantId as OrganisationId }, q => exports.get(q, e.id)))!;
const ended = (e: AuditExport) => async (): Promise<AuditExport | false> => {
  const now = await seen(e);
  return now.endedAt !== undefined && now;
};
const made = async (more: Partial<AuditExport> = {}, with_: Partial<ExportDeps> = {}): Promise<AuditExport> => writing(ended(await ask(more)), with_);
const fileOf = async (e: AuditExport): Promise<Uint8Array> => (await objects.get(e.file ?? 'none')) ?? new Uint8Array();
const eventsOf = async (e: AuditExport): Promise<readonly { type: string; line: { reason?: string; numbers?: object; outcome: string } }[]> =>
  await tenant.read({ tenant: e.tenantId as OrganisationId }, q => q.rows({ text: "SELECT type, convert_from(body, 'UTF8')::json AS line FROM audit_event WHERE target_id = $1 ORDER BY seq", values: [e.id] }));

/** A writer in a process of its own. It ends with the test at the latest: one that was left behind would go on writing other tests' exports. */
const writer = (mode: ExportProcess['mode']) => {
  const asked: ExportProcess = { url: db.urlAs('cadastre_notary', TEST_PASSWORD), folder: join(folder, 'store'), policy: sealed.policy, program: '', mode };
  const child = spawn(process.execPath, ['--expose-gc', fileURLToPath(new URL('../testing/export-process.ts', import.meta.url)), JSON.stringify(asked)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => { child.kill('SIGKILL'); });
  return child;
};

const trust = (): string => {
  const file = join(folder, 'trust.txt');
  writeFileSync(file, sealed.policy);
  return file;
};
/** An entry bundle of the first tenant's log. */
const bundle = (number: number): string => `logs/audit.test~t~${s.tenants[0]!.id}/tile/entries/${String(number).padStart(3, '0')}`;
const GUARDED = 'ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only; ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_guard';
const PROGRAMS = [['python3', 'verify.py'], [process.execPath, 'verify.mjs']] as const;
/** The last line that both programs print over these bytes. */
const verdict = (bytes: Uint8Array): string => {
  const file = join(folder, 'bundle.zip');
  writeFileSync(file, bytes);
  const said = PROGRAMS.map(([runner, program]) =>
    spawnSync(runner, [fileURLToPath(new URL(`../../verifiers/${program}`, import.meta.url)), '--trust', trust(), file], { encoding: 'utf8' }).stdout.trimEnd().split('\n').at(-1) ?? '');
  return [...new Set(said)].join(' but ');
};

describe('an export', () => {
  it('waits for the quorum, and is then what an outsider\'s program believes', async () => {
    const e = await ask();
    await sealed.cosign(2, [0]);
    await writing(async () => (await seen(e)).step === 'WITNESS' && (await seen(e)).firstIndex !== undefined);
    expect(await seen(e)).toMatchObject({ state: 'RUNNING', firstIndex: 88, endIndex: 353 });
    // Leaf 353 is in the checkpoint of 500, which is the second global leaf.
    await sealed.cosign(3);
    await sealed.cosign(4);
    const done = await writing(ended(e));
    expect(done).toMatchObject({ state: 'SUCCEEDED', progressMilli: 1_000 });
    const bytes = await fileOf(done);
    expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([done.bytes, done.sha256]);
    expect(verdict(bytes)).toBe('verdict: OK 265 events');
    expect((await eventsOf(e)).map(v => v.type)).toEqual(['audit.export.create', 'audit.export.complete']);
    expect((await eventsOf(e))[1]?.line.numbers).toEqual({ bytes: done.bytes, end: 353, first: 88, globalSize: 3, logSize: 500, timestamps: 0 });
  });

  it('is a zip to other programs, with the entries of the specification in their order', async () => {
    const file = join(folder, 'entries.zip');
    writeFileSync(file, await fileOf(await made()));
    expect(execFileSync('unzip', ['-tq', file], { encoding: 'utf8' })).toContain('No errors detected');
    const listed = JSON.parse(execFileSync('python3', ['-c', 'import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(json.dumps([z.namelist(), z.read("events.jsonl").decode().splitlines()[0], z.testzip()]))', file], { encoding: 'utf8' })) as [string[], string, null];
    expect(listed[0]).toEqual(['manifest.json', 'LISEZMOI.txt', 'README.txt', 'verify.py', 'verify.mjs', 'catalogue.fr.md', 'catalogue.en.md', 'policy.txt', 'log.checkpoint', 'global.checkpoint', 'proofs.json', 'events.jsonl']);
    expect(JSON.parse(listed[1])).toMatchObject({ type: 'audit.log.heartbeat', time: at(8), log: `audit.test/t/${s.tenants[0]!.id}` });
  });

  it('of the same period is the same bytes, whatever was witnessed since', async () => {
    const first = await made();
    await sealed.cosign(6);
    expect((await made()).sha256).toBe(first.sha256);
    expect((await made({ from: at(10), to: at(31) })).sha256).not.toBe(first.sha256);
  });

  it('is begun again after a kill -9 in the middle, and is the same bytes', async () => {
    const expected = await made();
    const e = await ask();
    const child = writer('HANGS');
    await new Promise<void>(resolve => child.stdout.on('data', (part: Buffer) => { if (part.includes('WRITING')) resolve(); }));
    child.kill('SIGKILL');
    expect((await seen(e)).state).toBe('RUNNING');
    const done = await writing(ended(e));
    expect(done).toMatchObject({ state: 'SUCCEEDED', sha256: expected.sha256, file: expect.stringContaining(`${e.id}.2-1.zip`) as string });
  });

  it('can be read by its recipients, and then verifies', async () => {
    const identity = await generateX25519Identity();
    const done = await made({ ageRecipients: [await identityToRecipient(identity)] });
    expect(done.file).toMatch(/\.zip\.age$/);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const plain = await decrypter.decrypt(await fileOf(done));
    expect(createHash('sha256').update(plain).digest('hex')).toBe((await made()).sha256);
    expect(verdict(plain)).toBe('verdict: OK 265 events');
  });

  it('of a log from its first leaf on begins there, without a heartbeat before it', async () => {
    const done = await made({ from: at(0), to: at(5) });
    expect(done).toMatchObject({ state: 'SUCCEEDED', firstIndex: 0 });
    expect(verdict(await fileOf(done))).toMatch(/^verdict: OK/);
  });

  it('carries the views that it can make, each row naming its leaf, and fails when it cannot', async () => {
    const views = { ocsf: lineView(leaf => JSON.stringify({ leaf_hash: Buffer.from(leaf.leafHash).toString('hex'), index: leaf.index })), cef: lineView(leaf => `CEF:0|${String(leaf.index)}`) };
    const done = await made({ views: ['ocsf', 'cef'] }, { views });
    const bytes = await fileOf(done);
    expect(verdict(bytes)).toBe('verdict: OK 265 events');
    expect(await made({ views: ['parquet'] }, { views })).toMatchObject({ state: 'FAILED', failure: 'VIEW_UNAVAILABLE' });
  });

  it('carries a timestamp of its own checkpoint, or an earlier one with the proof that ties it', async () => {
    const authority = await makeAuthority(join(folder, 'tsa'));
    const stamped = (note: string): Promise<Buffer> => authority.reply(timestampRequest(Buffer.from(note, 'utf8'), nonceOf(Buffer.alloc(NONCE_BYTES, 7))));
    const own = await made({ from: at(12) }, { timestamp: stamped });
    const entries = async (e: AuditExport): Promise<string> => {
      const file = join(folder, 'stamped.zip');
      writeFileSync(file, await fileOf(e));
      return execFileSync('unzip', ['-Z1', file], { encoding: 'utf8' });
    };
    expect(await entries(own)).toContain('timestamps/3.checkpoint\ntimestamps/3.tsr\n');
    expect(verdict(await fileOf(own))).toMatch(/^verdict: OK/);

    const [earlier] = await notary.read('system', q => q.rows<{ note: string }>({ text: 'SELECT note FROM audit_checkpoint WHERE log_id = 1 AND size = 1' }));
    await asSuperuser(db, `INSERT INTO audit_timestamp (log_id, size, authority, token, generated_at) VALUES (1, 1, 'tsa', '\\x${(await stamped(earlier!.note)).toString('hex')}', now())`);
    const tied = await made({ from: at(13) }, { timestamp: () => Promise.reject(new Error('the authority is away')) });
    expect(await entries(tied)).toContain('timestamps/1.checkpoint\ntimestamps/1.tsr\n');
    expect(verdict(await fileOf(tied))).toMatch(/^verdict: OK/);
  });

  it('waits for the heartbeat that closes its period', async () => {
    const e = await ask({ from: at(50), to: at(58) });
    const other = await made();
    expect(other.state).toBe('SUCCEEDED');
    expect(await seen(e)).toMatchObject({ state: 'RUNNING', step: 'RANGE' });
  });

  it('leaves no file behind when its time is over, or when its writer died', async () => {
    const [lapsed, kept, underWay] = [await made(), await made(), await ask({ from: at(50), to: at(58) })];
    const [month, weeks] = [32, 29].map(days => createIds({ now: () => Date.now() - days * 86_400_000 }).next('auditexport'));
    const left = [`${kept.id}.9-9.zip`, `${underWay.id}.1-1.zip`, `${month ?? ''}.1-1.zip`, `${weeks ?? ''}.1-1.zip`, 'notes.txt'].map(name => `exports/${name}`);
    for (const key of left) await objects.put(key, Buffer.from('left behind'));
    await asSuperuser(db, `UPDATE audit_export SET expires_at = '2020-01-01' WHERE id = '${lapsed.id}'`);
    await removeLapsed(deps());
    const there = async (keys: readonly string[]): Promise<readonly boolean[]> => (await Promise.all(keys.map(key => objects.stat(key)))).map(found => found !== undefined);
    expect(await there([lapsed.file ?? '', kept.file ?? ''])).toEqual([false, true]);
    // Of one that is over; of one under way; without a row, as old as no promise, and not as old; of nobody's.
    expect(await there(left)).toEqual([false, true, false, true, true]);
    await asSuperuser(db, `UPDATE audit_export SET state = 'CANCELLED', ended_at = now() WHERE id = '${underWay.id}'`);
  });

  it('that was cancelled is not written on', async () => {
    const e = await ask();
    const blocked: Objects = { ...objects, putStream: async (key, source) => {
      await asSuperuser(db, `UPDATE audit_export SET state = 'CANCELLED', ended_at = now(), generation = generation + 1 WHERE id = '${e.id}'`);
      return await objects.putStream(key, source);
    } };
    const done = await writing(ended(e), { objects: blocked });
    expect(done).toMatchObject({ state: 'CANCELLED' });
    const left: string[] = [];
    for await (const key of objects.list('exports/')) if (key.includes(e.id)) left.push(key);
    expect(left).toEqual([]);
    expect((await eventsOf(e)).map(v => v.type)).toEqual(['audit.export.create']);
  });

  it('of leaves that do not give the signed root is not offered, and the log says so', async () => {
    const expected = await made();
    await asSuperuser(db, `ALTER TABLE audit_event DISABLE TRIGGER ALL;
      UPDATE audit_event e SET body = convert_to(replace(convert_from(body, 'UTF8'), 'denied', 'permit'), 'UTF8'), digest = sha256(convert_to(replace(convert_from(body, 'UTF8'), 'denied', 'permit'), 'UTF8'))
      FROM audit_leaf l WHERE l.event_id = e.id AND l.log_id = 2 AND l.index = 100 + 11; ${GUARDED}`);
    // What was published is what was signed.
    expect((await made()).sha256).toBe(expected.sha256);
    const file = join(folder, 'store', bundle(0));
    const published = readFileSync(file);
    writeFileSync(file, published.toString('latin1').replaceAll('denied', 'permit'), 'latin1');
    const done = await made();
    writeFileSync(file, published);
    expect(done).toMatchObject({ state: 'FAILED', failure: 'EXPORT_UNPROVABLE' });
    expect(done.file).toBeUndefined();
    expect((await eventsOf(done))[1]).toMatchObject({ type: 'audit.export.fail', line: { outcome: 'failure', reason: 'EXPORT_UNPROVABLE' } });
  });

  it('takes from the storage or from the database what the other has no more', async () => {
    const expected = await made();
    await asSuperuser(db, `ALTER TABLE audit_event DISABLE TRIGGER ALL; DELETE FROM audit_event e USING audit_leaf l WHERE l.event_id = e.id AND l.log_id = 2 AND l.index BETWEEN 200 AND 255 AND type <> 'audit.log.heartbeat'; ${GUARDED}`);
    expect((await made()).sha256).toBe(expected.sha256);
    await objects.remove(bundle(1));
    expect((await made()).sha256).toBe(expected.sha256);
    await objects.remove(bundle(0));
    expect(await made()).toMatchObject({ state: 'FAILED', failure: 'EXPORT_UNPROVABLE' });
  });
});

describe('memory', () => {
  it(`does not grow with the bundle: ${String(MANY)} events hold no more than two thousand`, async () => {
    await sealed.cosign(5);
    const other = s.tenants[1]!.id;
    const written = async (e: AuditExport): Promise<{ readonly heldKiB: number; readonly maxRssKiB: number; readonly done: AuditExport }> => {
      const child = writer('WRITES');
      let said = '';
      child.stdout.on('data', (part: Buffer) => { said += part.toString('utf8'); });
      const done = await waitFor(ended(e), { what: 'the export', timeoutMs: 60_000 });
      const exited = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
      return { ...(JSON.parse(said) as { heldKiB: number; maxRssKiB: number }), done };
    };
    const small = await written(await ask({ tenantId: other, from: at(500), to: at(515) }));
    const large = await written(await ask({ tenantId: other, from: at(0), to: at(990) }));
    expect(large.done).toMatchObject({ state: 'SUCCEEDED', firstIndex: 0, endIndex: 99_201 });
    expect(small.heldKiB).toBeGreaterThan(1_024);
    expect(large.heldKiB - small.heldKiB).toBeLessThan(4 * 1_024);
    // Garbage between two collections included: the events alone are some 70 MiB.
    expect(large.maxRssKiB).toBeLessThan(384 * 1_024);
    const started = performance.now();
    expect(verdict(await fileOf(large.done))).toBe('verdict: OK 99201 events');
    expect(performance.now() - started).toBeLessThan(60_000);
  }, 120_000);
});

describe('a period', () => {
  it('that retention overtakes while it is read is said to be pruned, and not to be altered', async () => {
    await sealed.cosign(5);
    const prune = async (): Promise<void> => {
      await asSuperuser(db, `ALTER TABLE audit_event DISABLE TRIGGER ALL; UPDATE audit_event e SET time_recorded = now() - interval '14 months' FROM audit_leaf l WHERE l.event_id = e.id AND l.log_id = 3 AND l.index < 256; ${GUARDED}`);
      await pruneWhatIsDue({ store: notary, objects, log: silentLogger(), makeAct: () => actOf('none') });
    };
    let pruned: Promise<void> | undefined;
    const overtaken: Objects = { ...objects, get: async key => {
      if (key.includes('/tile/entries/')) await (pruned ??= prune());
      return await objects.get(key);
    } };
    const done = await made({ tenantId: s.tenants[1]!.id, from: at(0), to: at(4) }, { objects: overtaken });
    expect(done).toMatchObject({ state: 'FAILED', failure: 'PERIOD_PRUNED' });
    expect((await eventsOf(done))[1]).toMatchObject({ type: 'audit.export.fail', line: { reason: 'PERIOD_PRUNED' } });
  });
});
