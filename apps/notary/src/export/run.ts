import { completeFact, EXPORT_KEPT_DAYS, failFact } from '@cadastre/domain/auditexport';
import type { AuditExportId, ProblemCode } from '@cadastre/domain/core';
import type { Stored } from '@cadastre/platform/objects';
import * as exports from '@cadastre/store/auditexport';
import type { Claimed, Progress } from '@cadastre/store/auditexport';
import { commit } from '@cadastre/store/commit';
import { Encrypter } from 'age-encryption';
import { makeBundle, NoSuchView } from './bundle.ts';
import type { ExportDeps } from './deps.ts';
import { Unprovable } from './leaves.ts';
import { findCovering, findRange, pinRange, type Proven } from './prove.ts';
import { zipOf } from './zip.ts';

/** What a round made of one export. */
type Came = 'ended' | 'waits';

/** With 2, 4, 8 … seconds between them, so some four minutes of a storage that does not answer. */
const MAX_TRIES = 7;
const DAY_MS = 86_400_000;

/** Writes the bundles that were asked for, until the signal. Several processes may: each export has one writer at a time, and a writer that dies is followed by one that starts it again. */
export const runExports = async (deps: ExportDeps, signal: AbortSignal): Promise<void> => {
  const tries: Tries = new Map();
  while (!over(signal)) {
    try {
      await round(deps, tries, signal);
    } catch (error) {
      if (!over(signal)) deps.log.error({ err: error }, 'exports could not be looked for');
    }
    await deps.pause(deps.pollMs, signal);
  }
};

type Tries = Map<AuditExportId, { readonly n: number; readonly again: number }>;
const over = (signal: AbortSignal): boolean => signal.aborted;

/** Each export once: one that waits for a witness does not keep the next from being written. */
const round = async (deps: ExportDeps, tries: Tries, signal: AbortSignal): Promise<void> => {
  const not = [...tries].filter(([, t]) => t.again > Date.parse(deps.clock.now())).map(([id]) => id);
  while (!over(signal)) {
    const claimed = await exports.claim(deps.store, { worker: deps.worker, ttlMs: deps.leaseMs, not });
    if (claimed === undefined) return;
    const { id } = claimed.export;
    not.push(id);
    const n = (tries.get(id)?.n ?? 0) + 1;
    try {
      if ((await work(deps, claimed, n, signal)) === 'ended') tries.delete(id);
    } catch (error) {
      if (over(signal)) {
        await exports.letGo(deps.store, claimed);
        return;
      }
      deps.log.error({ err: error, export: id, try: n }, 'an export could not be written');
      tries.set(id, { n, again: Date.parse(deps.clock.now()) + 1_000 * 2 ** n });
      if (n >= MAX_TRIES) await end(deps, claimed, 'EXPORT_STORAGE');
    }
  }
};

const work = async (deps: ExportDeps, claimed: Claimed, n: number, stop: AbortSignal): Promise<Came> => {
  const kept = keeping(deps, claimed, stop);
  try {
    return await steps(deps, claimed, n, kept);
  } catch (error) {
    if (kept.signal.aborted && !stop.aborted) return 'ended';
    if (error instanceof NoSuchView) return await end(deps, claimed, 'VIEW_UNAVAILABLE');
    if (!(error instanceof Unprovable)) throw error;
    // Pruned while it was read: retention has passed, and nothing was altered.
    if ((await findRange(deps, claimed.export)).is === 'pruned') return await end(deps, claimed, 'PERIOD_PRUNED');
    deps.log.error({ err: error, export: claimed.export.id }, 'an export does not verify and is not offered');
    return await end(deps, claimed, 'EXPORT_UNPROVABLE');
  } finally {
    kept.end();
  }
};

const steps = async (deps: ExportDeps, claimed: Claimed, n: number, kept: Keeping): Promise<Came> => {
  await kept.say({ step: 'RANGE', progressMilli: 0 });
  const range = await findRange(deps, claimed.export);
  if (range.is === 'pruned') return await end(deps, claimed, 'PERIOD_PRUNED');
  if (range.is === 'waiting') return 'waits';
  const { first, end: behind } = range.value;
  const at = { firstIndex: first, endIndex: behind };
  await kept.say({ step: 'WITNESS', progressMilli: 20, ...at });
  const covered = await findCovering(deps, range.value);
  if (covered.is !== 'there') return 'waits';
  const { global, pinned, covering } = covered.value;
  await kept.say({ step: 'TIMESTAMP', progressMilli: 50, ...at });
  const pin = pinned ?? (covering === undefined ? undefined : await pinRange(deps, range.value, global, covering));
  if (pin === undefined) return 'waits';
  await kept.say({ step: 'WRITE', progressMilli: 100, ...at });
  return await write(deps, claimed, n, { ...range.value, global, pin }, kept);
};

const write = async (deps: ExportDeps, claimed: Claimed, n: number, proven: Proven, kept: Keeping): Promise<Came> => {
  const { export: asked, attempt } = claimed;
  const { first, end: behind, pin } = proven;
  const bundle = await makeBundle(deps, asked, proven, { signal: kept.signal, seen: leaves => { kept.at({ step: 'WRITE', progressMilli: 100 + Math.floor((700 * leaves) / (behind - first)) }); } });
  try {
    const encrypted = asked.ageRecipients.length > 0;
    // Encryption is never the same twice, and the storage takes a name once: each try has a name of its own.
    const file = `exports/${asked.id}.${String(attempt)}-${String(n)}.zip${encrypted ? '.age' : ''}`;
    const zip = guarded(zipOf(bundle.entries), kept.signal);
    const made = await deps.objects.putStream(file, encrypted ? await encryptedTo(asked.ageRecipients, zip) : zip);
    return await offer(deps, claimed, { ...made, file }, proven, { logSize: pin.logSize, globalSize: pin.globalSize, timestamps: pin.timestamps.length });
  } finally {
    await bundle.close();
  }
};

const offer = async (deps: ExportDeps, claimed: Claimed, made: Stored & { readonly file: string }, { first, end: behind }: Proven, shown: { readonly logSize: number; readonly globalSize: number; readonly timestamps: number }): Promise<Came> => {
  const expiresAt = new Date(Date.parse(deps.clock.now()) + EXPORT_KEPT_DAYS * DAY_MS).toISOString();
  const { bytes, sha256 } = made;
  const done = await commit(deps.store, {
    scope: 'system', act: deps.makeAct('writeAuditExport'), outbox: [], writes: [exports.succeed(claimed, { ...made, expiresAt })], audit: [completeFact(claimed.export, { bytes, sha256, first, end: behind, ...shown })],
  });
  // Cancelled at the last moment: nobody was told of the file.
  if (!done.ok) await deps.objects.remove(made.file);
  return 'ended';
};

const end = async (deps: ExportDeps, claimed: Claimed, reason: ProblemCode): Promise<Came> => {
  await commit(deps.store, { scope: 'system', act: deps.makeAct('writeAuditExport'), outbox: [], writes: [exports.fail(claimed, reason)], audit: [failFact(claimed.export, reason)] });
  return 'ended';
};

interface Keeping {
  /** Aborts when the export is no longer ours to write. */
  readonly signal: AbortSignal;
  /** What the next renewal says. */
  at(progress: Progress): void;
  /** Says it now. Throws when the export is no longer ours. */
  say(progress: Progress): Promise<void>;
  end(): void;
}

/** Renews while the work is at something that takes long: a page, an upload. */
const keeping = (deps: ExportDeps, claimed: Claimed, stop: AbortSignal): Keeping => {
  const lost = new AbortController();
  let now: Progress = { step: 'RANGE', progressMilli: 0 };
  const renew = async (): Promise<void> => {
    if (!(await exports.keep(deps.store, claimed, deps.leaseMs, now))) lost.abort(new Error('the export was cancelled, or another process has it'));
  };
  const timer = setInterval(() => { renew().catch((error: unknown) => { deps.log.warn({ err: error }, 'the lease of an export could not be renewed'); }); }, Math.ceil(deps.leaseMs / 3));
  const signal = AbortSignal.any([lost.signal, stop]);
  return {
    signal,
    at: progress => { now = progress; },
    say: async progress => {
      now = progress;
      await renew();
      signal.throwIfAborted();
    },
    end: () => { clearInterval(timer); },
  };
};

async function* guarded(parts: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of parts) {
    signal.throwIfAborted();
    yield part;
  }
}

const encryptedTo = async (recipients: readonly string[], zip: AsyncGenerator<Uint8Array, void, undefined>): Promise<AsyncIterable<Uint8Array>> => {
  const age = new Encrypter();
  for (const recipient of recipients) age.addRecipient(recipient);
  return await age.encrypt(ReadableStream.from<Uint8Array>(zip));
};
