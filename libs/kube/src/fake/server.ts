import { ok } from '@cadastre/domain/core';
import type {
  About, Answer, CallOptions, KubeObject, Kind, Page, PageOptions, Patched, Permission, Ref, RemoveOptions, Scope, ServerVersion, Time, Verb, WatchOptions, Wire,
} from '../client/index.ts';
import { CADASTRE, matches, nameOf, pathOf, problem, refOf } from '../client/index.ts';
import { Faults } from './faults.ts';
import { flatten, under } from './fields.ts';
import type { Managed, Owner } from './managed.ts';
import { applyLeaves, sameManaged, updateLeaves } from './managed.ts';
import type { Refusal } from './rules.ts';
import { bornWith, graceOf, keepsStatusAtBirth, refusedChange, refusedName, refusedNamespace } from './rules.ts';
import type { Row } from './store.ts';
import { labelsOf, manageable, render, specChanged, Store, timestamp } from './store.ts';
import { Streams } from './streams.ts';

const VERSION: ServerVersion = { gitVersion: 'v1.37.0-fake', major: '1', minor: '37' };

/** An API server in memory, as far as this product leans on one. What it promises is what the conformance suite asks of the real one. */
export class FakeServer implements Wire {
  readonly cluster: string;
  readonly faults: Faults;
  readonly streams: Streams;
  readonly #store = new Store();
  readonly #forbidden = new Set<string>();
  /** Rest of lists in progress, by continue token: later pages show the moment of the first. */
  readonly #pages = new Map<string, { readonly rows: readonly Row[]; readonly revision: number }>();
  #uids = 0;
  #tokens = 0;

  constructor(cluster: string, time: Time) {
    this.cluster = cluster;
    this.faults = new Faults(time);
    this.streams = new Streams(this.#store, time);
    this.#create({ kind: { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false }, name: 'default' }, { leaves: new Map(), owners: [] });
  }

  version(options: CallOptions): Promise<Answer<ServerVersion>> {
    return this.faults.pass(this.#about('probe', ''), options.signal, () => ok(VERSION));
  }

  mayI(permission: Permission, options: CallOptions): Promise<Answer<boolean>> {
    return this.faults.pass(this.#about('probe', ''), options.signal, () => ok(!this.#forbidden.has(`${permission.verb} ${permission.resource}`)));
  }

  /** From now on the credential may not do this; `resource` is the plural. */
  forbid(verb: Permission['verb'], resource: string): void { this.#forbidden.add(`${verb} ${resource}`); }

  read<T extends KubeObject>(ref: Ref<T>, options: CallOptions): Promise<Answer<T>> {
    const about = this.#about('get', nameOf(ref));
    pathOf(ref);
    return this.faults.pass(about, options.signal, () => {
      const row = this.#store.find(ref);
      return row === undefined ? this.#missing(about, ref) : ok(render<T>(row));
    });
  }

  page<T extends KubeObject>(kind: Kind<T>, scope: Scope, options: PageOptions): Promise<Answer<Page<T>>> {
    const about = this.#about('list', kind.plural);
    return this.faults.pass(about, options.signal, () => {
      const from = options.next === undefined
        ? { rows: this.#store.all(kind).filter(r => (scope.namespace ?? r.namespace) === r.namespace && matches(scope.labels, labelsOf(r))), revision: this.#store.revision }
        : this.#pages.get(options.next);
      if (from === undefined) return problem(about, 'GONE', 'the provided continue parameter is too old', { status: 410 });
      const items = from.rows.slice(0, options.limit).map(r => render<T>(r));
      const rest = from.rows.slice(options.limit);
      if (rest.length === 0) return ok({ items, resourceVersion: String(from.revision) });
      const next = `page-${++this.#tokens}`;
      this.#pages.set(next, { rows: rest, revision: from.revision });
      return ok({ items, resourceVersion: String(from.revision), next });
    });
  }

  patch<T extends KubeObject>(ref: Ref<T>, body: T, options: CallOptions & { readonly subresource?: 'status'; readonly force: boolean }): Promise<Answer<Patched<T>>> {
    const about = this.#about(options.subresource === undefined ? 'apply' : 'apply-status', nameOf(ref));
    pathOf(ref);
    return this.faults.pass(about, options.signal, () => this.#apply(about, ref, body, { subresource: options.subresource ?? '', force: options.force }));
  }

  remove(ref: Ref, options: RemoveOptions): Promise<Answer<undefined>> {
    const about = this.#about('delete', nameOf(ref));
    pathOf(ref);
    return this.faults.pass(about, options.signal, () => {
      const row = this.#store.find(ref);
      if (row === undefined) return this.#missing(about, ref);
      const { uid, resourceVersion } = options.preconditions;
      if (uid !== row.uid || (resourceVersion ?? String(row.resourceVersion)) !== String(row.resourceVersion)) {
        return problem(about, 'STALE', 'the precondition does not fit the object in storage', { status: 409 });
      }
      this.#delete(row, options.graceSeconds);
      return ok(undefined);
    });
  }

  watch<T extends KubeObject>(kind: Kind<T>, scope: Scope, options: WatchOptions<T>): Promise<Answer<undefined>> {
    const about = this.#about('watch', kind.plural);
    return this.faults.pass(about, options.signal, () => ok(undefined)).then(admitted => (admitted.ok ? this.streams.watch(about, kind, scope, options) : admitted));
  }

  close(): Promise<void> {
    this.streams.drop();
    return Promise.resolve();
  }

  /** Forgets history and lists in progress: watches from before answer 410 from now on. */
  compact(): void {
    this.streams.flush();
    this.#store.compact();
    this.#pages.clear();
  }

  /** Another manager creates an object, with a plain POST. Throws when it exists: the test is wrong. */
  createAs<T extends KubeObject>(manager: string, kind: Kind<T>, object: T): T {
    const ref = refOf(kind, object);
    if (this.#store.find(ref) !== undefined) throw new Error(`${nameOf(ref)} exists already`);
    const empty: Managed = { leaves: new Map(), owners: [] };
    const leaves = flatten(object);
    const owned = updateLeaves(empty, { manager, operation: 'Update', subresource: '' }, manageable(leaves, ''));
    const status = keepsStatusAtBirth(kind) ? manageable(leaves, 'status') : bornWith(kind);
    return render<T>(this.#create(ref, { ...owned, leaves: new Map([...owned.leaves, ...[...status].filter(([p]) => under(p, 'status'))]) }));
  }

  /** Another manager changes an object, with a plain PUT; through the status endpoint when `subresource` says so. */
  updateAs<T extends KubeObject>(manager: string, ref: Ref<T>, change: (object: T) => void, subresource: Owner['subresource'] = ''): T {
    const row = this.#store.find(ref);
    if (row === undefined) throw new Error(`${nameOf(ref)} does not exist`);
    const object = render<T>(row);
    change(object);
    const wanted = manageable(flatten(object), subresource);
    const untouched = [...row.leaves].filter(([p]) => (subresource === 'status') !== under(p, 'status') && !under(p, 'metadata'));
    return render<T>(this.#save(row, updateLeaves(row, { manager, operation: 'Update', subresource }, new Map([...untouched, ...wanted]))));
  }

  /** Another manager deletes an object with no grace, marks or no marks. */
  deleteAs(ref: Ref): void {
    const row = this.#store.find(ref);
    if (row !== undefined) this.#delete(row, 0);
  }

  /** Plays the kubelet or the namespace controller: what was being deleted is gone. */
  finish(ref: Ref): void {
    const row = this.#store.find(ref);
    if (row?.deletion === undefined) return;
    if (ref.kind.plural === 'namespaces' && ref.kind.group === '') for (const inside of this.#store.within(ref.name)) this.#store.drop(inside);
    this.#store.drop(row);
    this.streams.wake();
  }

  #about(verb: Verb, object: string): About { return { cluster: this.cluster, verb, object }; }

  #missing(about: About, ref: Ref) { return problem(about, 'NOT_FOUND', `${ref.kind.plural} "${ref.name}" not found`, { status: 404 }); }

  #refused(about: About, refusal: Refusal) {
    const code = ({ 403: 'FORBIDDEN', 404: 'NOT_FOUND', 409: 'STALE', 422: 'INVALID' } as const)[refusal.status];
    return problem(about, code, refusal.message, { status: refusal.status });
  }

  #apply<T extends KubeObject>(about: About, ref: Ref<T>, body: T, how: Pick<Owner, 'subresource'> & { readonly force: boolean }): Answer<Patched<T>> {
    const row = this.#store.find(ref);
    const guard = body.metadata;
    if (row === undefined && (guard?.uid !== undefined)) return problem(about, 'STALE', `uid mismatch: the provided object specified uid ${guard.uid}, and no existing object was found`, { status: 409 });
    if (row === undefined && how.subresource === 'status') return this.#missing(about, ref);
    const refusal = row === undefined ? (refusedName(ref) ?? refusedNamespace(this.#store, ref)) : undefined;
    if (refusal !== undefined) return this.#refused(about, refusal);
    if (row !== undefined && ((guard?.uid ?? row.uid) !== row.uid || (guard?.resourceVersion ?? String(row.resourceVersion)) !== String(row.resourceVersion))) {
      return problem(about, 'STALE', 'the object has been modified; please apply your changes to the latest version', { status: 409 });
    }
    const leaves = flatten(body);
    const who = { manager: CADASTRE, operation: 'Apply', subresource: how.subresource } as const;
    const merged = applyLeaves(row ?? { leaves: new Map(), owners: [] }, who, manageable(leaves, how.subresource), how.force);
    if ('conflicts' in merged) return problem(about, 'CONFLICT', `Apply failed with ${merged.conflicts.length} conflicts`, { status: 409, conflicts: merged.conflicts });
    if (row === undefined) {
      const status = keepsStatusAtBirth(ref.kind) ? [...leaves].filter(([p]) => under(p, 'status')) : [...bornWith(ref.kind)];
      return ok({ created: true, object: render<T>(this.#create(ref, { ...merged, leaves: new Map([...merged.leaves, ...status]) })) });
    }
    const frozen = refusedChange(row, merged.leaves);
    if (frozen !== undefined) return this.#refused(about, frozen);
    return ok({ created: false, object: render<T>(this.#save(row, merged)) });
  }

  #create(ref: Ref, managed: Managed): Row {
    const uid = `00000000-0000-4000-8000-${String(++this.#uids).padStart(12, '0')}`;
    const row = this.#store.put({
      ...managed, kind: ref.kind, name: ref.name, namespace: ref.namespace, uid, generation: 1, createdAt: timestamp(this.#store.revision), deletion: undefined,
    }, undefined);
    this.streams.wake();
    return row;
  }

  #save(row: Row, next: Managed): Row {
    // A write that changes nothing keeps its resourceVersion and wakes no watcher.
    if (sameManaged(row, next)) return row;
    const saved = this.#store.put({ ...row, ...next, generation: row.generation + (specChanged(row.leaves, next.leaves) ? 1 : 0) }, row);
    // The last finalizer of an object being deleted was what kept it.
    if (saved.deletion !== undefined && graceOf(saved, 0) === undefined) this.#store.drop(saved);
    this.streams.wake();
    return saved;
  }

  #delete(row: Row, graceSeconds: number | undefined): void {
    const grace = graceOf(row, graceSeconds);
    if (grace === undefined) this.#store.drop(row);
    else if (row.deletion === undefined) {
      const terminating = row.kind.group === '' && row.kind.plural === 'namespaces' ? flatten({ status: { phase: 'Terminating' } }) : new Map<string, unknown>();
      this.#store.put({ ...row, leaves: new Map([...row.leaves, ...terminating]), deletion: { at: timestamp(this.#store.revision), graceSeconds: grace } }, row);
    }
    this.streams.wake();
  }
}
