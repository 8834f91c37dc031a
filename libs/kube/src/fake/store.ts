import type { KubeObject, Kind, Meta, Ref } from '../client/index.ts';
import { apiVersionOf, keyOf } from '../client/index.ts';
import type { Leaves } from './fields.ts';
import { sameLeaf, under, unflatten } from './fields.ts';
import type { Managed, Owner } from './managed.ts';
import { managedFields } from './managed.ts';

/** One stored object: its leaves with their owners, and what only the server sets. */
export interface Row extends Managed {
  readonly kind: Kind;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly uid: string;
  readonly resourceVersion: number;
  readonly generation: number;
  readonly createdAt: string;
  readonly deletion: { readonly at: string; readonly graceSeconds: number } | undefined;
}

/** A change as watchers see it. */
export interface Change {
  readonly resourceVersion: number;
  readonly kind: Kind;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

const tableOf = (kind: Kind): string => `${kind.group}/${kind.plural}`;

/** The rows and their history: what etcd is to the API server. Every change has its own revision. */
export class Store {
  readonly #tables = new Map<string, Map<string, Row>>();
  readonly #log: Change[] = [];
  // Starts high, so that resourceVersion 1 is older than all history here as it is on a real server.
  revision = 100;
  /** Changes up to here can no longer be watched from. */
  compacted = 100;

  find(ref: Ref): Row | undefined {
    return this.#tables.get(tableOf(ref.kind))?.get(keyOf(ref.name, ref.namespace));
  }

  all(kind: Kind): Row[] {
    return [...(this.#tables.get(tableOf(kind)) ?? new Map<string, Row>()).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }

  /** Rows of every kind in a namespace. */
  within(namespace: string): Row[] {
    return [...this.#tables.values()].flatMap(t => [...t.values()]).filter(r => r.namespace === namespace);
  }

  put(row: Omit<Row, 'resourceVersion'>, before: Row | undefined): Row {
    const after = { ...row, resourceVersion: ++this.revision };
    let table = this.#tables.get(tableOf(row.kind));
    if (table === undefined) this.#tables.set(tableOf(row.kind), (table = new Map<string, Row>()));
    table.set(keyOf(row.name, row.namespace), after);
    this.#log.push({ resourceVersion: this.revision, kind: row.kind, before, after });
    return after;
  }

  drop(row: Row): void {
    this.#tables.get(tableOf(row.kind))?.delete(keyOf(row.name, row.namespace));
    this.#log.push({ resourceVersion: ++this.revision, kind: row.kind, before: row, after: undefined });
  }

  /** Changes after a revision, oldest first. Every revision has exactly one, so its place is known. */
  since(revision: number): readonly Change[] {
    const first = this.#log[0]?.resourceVersion ?? this.revision + 1;
    return this.#log.slice(Math.max(0, revision - first + 1));
  }

  /** Forgets history, as etcd's compaction does. */
  compact(): void {
    this.compacted = this.revision;
    this.#log.length = 0;
  }
}

/** Seconds-precise and derived from the revision: objects made later look younger, and two runs of a test look the same. */
export const timestamp = (revision: number): string => new Date(Date.UTC(2026, 0, 1) + revision * 1000).toISOString().replace('.000Z', 'Z');

/** Leaves a writer may manage through the endpoint: the rest of a body is the server's, or the other endpoint's. */
export const manageable = (leaves: Leaves, subresource: Owner['subresource']): Leaves =>
  new Map([...leaves].filter(([path]) => {
    if (under(path, 'status')) return subresource === 'status';
    if (under(path, 'metadata')) return MANAGED_METADATA.some(field => under(path, 'metadata', field));
    return subresource === '' && !under(path, 'apiVersion') && !under(path, 'kind');
  }));

const MANAGED_METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

export const specChanged = (before: Leaves, after: Leaves): boolean => {
  const outside = (p: string): boolean => under(p, 'metadata') || under(p, 'status');
  return [...after].some(([p, v]) => !outside(p) && !sameLeaf(before.get(p), v)) || [...before.keys()].some(p => !outside(p) && !after.has(p));
};

/** The row as the server answers it, a fresh copy each time. */
export const render = <T extends KubeObject>(row: Row, resourceVersion = row.resourceVersion): T => {
  const body = unflatten(row.leaves) as { metadata?: Meta };
  const apiVersion = apiVersionOf(row.kind);
  return {
    ...body, apiVersion, kind: row.kind.kind,
    metadata: {
      ...body.metadata, name: row.name, ...(row.namespace === undefined ? {} : { namespace: row.namespace }),
      uid: row.uid, resourceVersion: String(resourceVersion), generation: row.generation, creationTimestamp: row.createdAt,
      ...(row.deletion === undefined ? {} : { deletionTimestamp: row.deletion.at, deletionGracePeriodSeconds: row.deletion.graceSeconds }),
      managedFields: managedFields(row.owners, apiVersion),
    },
  } as unknown as T;
};

export const labelsOf = (row: Row): Readonly<Record<string, string>> | undefined => (unflatten(row.leaves) as { metadata?: Meta }).metadata?.labels;
