import { ok } from '@cadastre/domain/core';
import { drift } from './drift.ts';
import type { Kind, KubeObject, Ref, Scope } from './kinds.ts';
import { nameOf, refOf } from './kinds.ts';
import { APPLIED_HASH, APPLIED_STATUS_HASH, isOurs, sameApplied, stamped, stampedStatus } from './ownership.ts';
import type { About, Answer, Verb } from './problem.ts';
import { problem } from './problem.ts';
import type { CallOptions, Page, PageOptions, Permission, ServerVersion, WatchOptions, Wire } from './wire.ts';

/** What the caller already knows of an object, from its watch cache: `undefined` means "the cache says there is none". */
export interface Observed<T> {
  readonly object: T | undefined;
}

export interface WriteOptions<T> extends CallOptions {
  /** Saves the GET before the write. May be stale: the write is guarded by uid, and looked up again when it does not fit. */
  readonly observed?: Observed<T>;
  /** What the plan assumed. The write is refused with `STALE` when the object has moved since. */
  readonly assumes?: { readonly resourceVersion: string };
  /** `report` (default): a field held by another manager refuses the whole write with `CONFLICT`. `take`: ours from now on. */
  readonly onConflict?: 'report' | 'take';
}

export interface Applied<T> {
  readonly outcome: 'created' | 'changed' | 'unchanged';
  readonly object: T;
  /** Fields of ours that someone else has changed since: reported, never fought over. Only filled when `unchanged`. */
  readonly drift: readonly string[];
}

export interface DeleteOptions<T> extends CallOptions {
  readonly observed?: Observed<T>;
  /** Deletes only this incarnation of the name; `STALE` when another has taken it. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** Default `Background`. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** Seconds; the kind's own default when left out. */
  readonly graceSeconds?: number;
}

/** `requested`: the server took it, a watch tells when it is gone. `underway`: already being deleted. `absent`: was not there. */
export interface Deleted {
  readonly outcome: 'requested' | 'underway' | 'absent';
}

export interface Probe {
  readonly version: ServerVersion;
  /** The permissions asked for that the credential does not have; empty is good. */
  readonly missing: readonly Permission[];
}

/** Access to one cluster. Never throws for what a network or a server does: see `KubeProblem`. */
export interface Kube {
  readonly cluster: string;
  /** Reaches the cluster, reads its version and asks for each permission. */
  probe(permissions: readonly Permission[], options?: CallOptions): Promise<Answer<Probe>>;
  get<T extends KubeObject>(ref: Ref<T>, options?: CallOptions): Promise<Answer<T>>;
  /** Every object of the scope, page by page; starts again once when the pages expire on the way. */
  list<T extends KubeObject>(kind: Kind<T>, scope?: Scope, options?: CallOptions): Promise<Answer<Page<T>>>;
  page<T extends KubeObject>(kind: Kind<T>, scope: Scope, options: PageOptions): Promise<Answer<Page<T>>>;
  /**
   * Server-side apply of everything but status. Sends nothing when the observed object already carries the same hash.
   * A status in `object` goes along only in the write that creates it: a Node must be born with its capacity, or whoever
   * sees it first fills in its own. Kinds that refuse a status at creation drop it.
   */
  apply<T extends KubeObject>(kind: Kind<T>, object: T, options?: WriteOptions<T>): Promise<Answer<Applied<T>>>;
  /** Server-side apply of `status` alone; the object must exist and be ours. */
  applyStatus<T extends KubeObject>(kind: Kind<T>, object: T, options?: WriteOptions<T>): Promise<Answer<Applied<T>>>;
  delete<T extends KubeObject>(ref: Ref<T>, options?: DeleteOptions<T>): Promise<Answer<Deleted>>;
  watch<T extends KubeObject>(kind: Kind<T>, scope: Scope, options: WatchOptions<T>): Promise<Answer<undefined>>;
  /** Ends every request and stream, and frees sockets and timers. */
  close(): Promise<void>;
}

/** Objects a page of a list. */
export const PAGE_LIMIT = 500;
// A stale cache costs one extra look; more than a few in a row means the object is being fought over, which is for a plan to see.
const LOOKS = 3;
// No object ever has resourceVersion 1 (etcd's revision 1 is the empty store), so an apply that carries it can create but never update.
// The API has no other "create only" for server-side apply; without it, a stranger's object created between our look and our write would be adopted.
const MUST_BE_ABSENT = '1';

/** Our policy (ownership, no-op writes, guards) over any wire. */
export const kubeOver = (wire: Wire): Kube => ({
  cluster: wire.cluster,
  probe: (permissions, options = {}) => probe(wire, permissions, options),
  get: (ref, options = {}) => wire.read(ref, options),
  list: (kind, scope = {}, options = {}) => listAll(wire, kind, scope, options),
  page: (kind, scope, options) => wire.page(kind, scope, options),
  apply: (kind, object, options = {}) => write(wire, { verb: 'apply', kind, wanted: stamped(kind, object), atBirth: statusOf(object) }, options),
  applyStatus: (kind, object, options = {}) => write(wire, { verb: 'apply-status', kind, wanted: stampedStatus(kind, object), atBirth: {} }, options),
  delete: (ref, options = {}) => remove(wire, ref, options),
  watch: (kind, scope, options) => wire.watch(kind, scope, options),
  close: () => wire.close(),
});

const about = (wire: Wire, verb: Verb, ref: Ref): About => ({ cluster: wire.cluster, verb, object: nameOf(ref) });

const probe = async (wire: Wire, permissions: readonly Permission[], options: CallOptions): Promise<Answer<Probe>> => {
  const version = await wire.version(options);
  if (!version.ok) return version;
  const answers = await Promise.all(permissions.map(p => wire.mayI(p, options)));
  const missing: Permission[] = [];
  for (const [i, answer] of answers.entries()) {
    if (!answer.ok) return answer;
    const permission = permissions[i];
    if (!answer.value && permission !== undefined) missing.push(permission);
  }
  return ok({ version: version.value, missing });
};

const listAll = async <T extends KubeObject>(wire: Wire, kind: Kind<T>, scope: Scope, options: CallOptions): Promise<Answer<Page<T>>> => {
  const items: T[] = [];
  let next: string | undefined;
  let restarts = 0;
  for (;;) {
    const page = await wire.page(kind, scope, { ...options, limit: PAGE_LIMIT, ...(next === undefined ? {} : { next }) });
    if (!page.ok) {
      // Half a list of one moment and half of another is no list at all.
      if (page.error.code === 'GONE' && restarts++ === 0) { items.length = 0; next = undefined; continue; }
      return page;
    }
    for (const item of page.value.items) items.push(item);
    next = page.value.next;
    if (next === undefined) return ok({ items, resourceVersion: page.value.resourceVersion });
  }
};

/** The object, or undefined when there is none. */
const look = async <T extends KubeObject>(wire: Wire, ref: Ref<T>, options: CallOptions): Promise<Answer<T | undefined>> => {
  const seen = await wire.read(ref, options);
  return !seen.ok && seen.error.code === 'NOT_FOUND' ? ok(undefined) : seen;
};

const notOurs = (what: About) => problem(what, 'NOT_OURS', 'the object exists and does not carry our ownership mark; it was not touched');

interface Writing<T extends KubeObject> {
  readonly verb: 'apply' | 'apply-status';
  readonly kind: Kind<T>;
  readonly wanted: T;
  /** Sent only with the write that creates the object. */
  readonly atBirth: { readonly status?: unknown };
}

const statusOf = (object: KubeObject & { status?: unknown }): { status?: unknown } => (object.status === undefined ? {} : { status: object.status });

const guarded = <T extends KubeObject>(wanted: T, seen: T | undefined, assumed: string | undefined): T => {
  const guard = assumed !== undefined ? { resourceVersion: assumed }
    : seen === undefined ? { resourceVersion: MUST_BE_ABSENT }
    : seen.metadata?.uid === undefined ? {} : { uid: seen.metadata.uid };
  return { ...wanted, metadata: { ...wanted.metadata, ...guard } };
};

const write = async <T extends KubeObject>(wire: Wire, { verb, kind, wanted, atBirth }: Writing<T>, options: WriteOptions<T>): Promise<Answer<Applied<T>>> => {
  const ref = refOf(kind, wanted);
  const what = about(wire, verb, ref);
  const status = verb === 'apply-status';
  const force = options.onConflict === 'take';
  let seen: Answer<T | undefined> = options.observed === undefined ? await look(wire, ref, options) : ok(options.observed.object);
  for (let looks = 1; ; looks++) {
    if (!seen.ok) return seen;
    const object = seen.value;
    if (object !== undefined) {
      const settled = settle(what, wanted, object, status ? APPLIED_STATUS_HASH : APPLIED_HASH, force);
      if (settled !== undefined) return settled;
    } else if (status) return problem(what, 'NOT_FOUND', 'a status needs its object');
    const assumed = options.assumes?.resourceVersion;
    const body = guarded(object === undefined ? { ...wanted, ...atBirth } : wanted, object, assumed);
    const sent = await wire.patch(ref, body, { ...options, force, ...(status ? { subresource: 'status' as const } : {}) });
    if (sent.ok) return ok({ outcome: sent.value.created ? 'created' : 'changed', object: sent.value.object, drift: [] });
    // Without an explicit assumption it was our look that was old, not the caller's plan that was wrong.
    if (sent.error.code !== 'STALE' || assumed !== undefined || looks >= LOOKS) return sent;
    seen = await look(wire, ref, options);
  }
};

/** The answer when no write is needed or allowed; undefined when one is. */
const settle = <T extends KubeObject>(what: About, wanted: T, seen: T, annotation: string, force: boolean): Answer<Applied<T>> | undefined => {
  if (!isOurs(seen)) return notOurs(what);
  if (seen.metadata?.deletionTimestamp !== undefined) return problem(what, 'BEING_DELETED', 'the name is free once the deletion has finished');
  if (!sameApplied(wanted, seen, annotation)) return undefined;
  const drifted = drift(wanted, seen);
  return force && drifted.length > 0 ? undefined : ok({ outcome: 'unchanged', object: seen, drift: drifted });
};

const remove = async <T extends KubeObject>(wire: Wire, ref: Ref<T>, options: DeleteOptions<T>): Promise<Answer<Deleted>> => {
  const what = about(wire, 'delete', ref);
  // An absence in a cache is not trusted: believing a stale one would leave the object behind for ever.
  let seen: Answer<T | undefined> = options.observed?.object === undefined ? await look(wire, ref, options) : ok(options.observed.object);
  for (let looks = 1; ; looks++) {
    if (!seen.ok) return seen;
    const meta = seen.value?.metadata;
    if (seen.value === undefined) return ok({ outcome: 'absent' });
    if (options.uid !== undefined && meta?.uid !== options.uid) return problem(what, 'STALE', `the name now belongs to uid ${meta?.uid ?? 'unknown'}`);
    if (!isOurs(seen.value)) return notOurs(what);
    if (meta?.deletionTimestamp !== undefined) return ok({ outcome: 'underway' });
    const sent = await wire.remove(ref, {
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      preconditions: { uid: meta?.uid ?? '', ...(options.resourceVersion === undefined ? {} : { resourceVersion: options.resourceVersion }) },
      propagation: options.propagation ?? 'Background',
      ...(options.graceSeconds === undefined ? {} : { graceSeconds: options.graceSeconds }),
    });
    if (sent.ok) return ok({ outcome: 'requested' });
    if (sent.error.code === 'NOT_FOUND') return ok({ outcome: 'absent' });
    if (sent.error.code !== 'STALE' || options.resourceVersion !== undefined || looks >= LOOKS) return sent;
    seen = await look(wire, ref, options);
  }
};
