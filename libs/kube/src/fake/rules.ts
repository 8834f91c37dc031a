import type { Kind, Ref } from '../client/index.ts';
import { NAMESPACES } from '../client/index.ts';
import type { Leaves, Path } from './fields.ts';
import { flatten, readable, sameLeaf, under } from './fields.ts';
import type { Row, Store } from './store.ts';

/** Why the server would refuse, as HTTP status and sentence. */
export interface Refusal {
  readonly status: 403 | 404 | 409 | 422;
  readonly message: string;
}

const RFC_1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export const refusedName = (ref: Ref): Refusal | undefined =>
  RFC_1123.test(ref.name) && ref.name.length <= 253
    ? undefined
    : { status: 422, message: `${ref.kind.kind} "${ref.name}" is invalid: metadata.name: Invalid value: a lowercase RFC 1123 subdomain is expected` };

/** Admission's NamespaceLifecycle: nothing is created in a namespace that is missing or going. */
export const refusedNamespace = (store: Store, ref: Ref): Refusal | undefined => {
  if (ref.namespace === undefined) return undefined;
  const home = store.find({ kind: NAMESPACES, name: ref.namespace });
  if (home === undefined) return { status: 404, message: `namespaces "${ref.namespace}" not found` };
  return home.deletion === undefined ? undefined : { status: 403, message: `unable to create new content in namespace ${ref.namespace} because it is being terminated` };
};

const isPod = (kind: Kind): boolean => kind.group === '' && kind.plural === 'pods';

// The few fields of a pod's spec that may change once it exists.
const mutableInPod = (path: Path): boolean =>
  /^\.spec\.(initContainers|containers)\[[^\]]*\]\.image$/.test(readable(path)) || ['activeDeadlineSeconds', 'tolerations', 'schedulingGates'].some(f => under(path, 'spec', f));

export const refusedChange = (row: Row, next: Leaves): Refusal | undefined => {
  if (!isPod(row.kind)) return undefined;
  const touched = [...next].filter(([p, v]) => !sameLeaf(row.leaves.get(p), v)).map(([p]) => p).concat([...row.leaves.keys()].filter(p => !next.has(p)));
  const frozen = touched.filter(p => under(p, 'spec') && !mutableInPod(p));
  return frozen.length === 0 ? undefined : { status: 422, message: `Pod "${row.name}" is invalid: spec: Forbidden: pod updates may not change fields: ${frozen.map(readable).join(', ')}` };
};

/** What the server adds to a newborn object, of what our code looks at. */
export const bornWith = (kind: Kind): Leaves => {
  if (isPod(kind)) return flatten({ status: { phase: 'Pending' } });
  return kind.group === '' && kind.plural === 'namespaces' ? flatten({ status: { phase: 'Active' } }) : new Map<Path, unknown>();
};

// Node keeps a status given at birth (kubelets register that way); the other kinds start theirs themselves.
export const keepsStatusAtBirth = (kind: Kind): boolean => kind.group === '' && kind.plural === 'nodes';

/**
 * Seconds an object lives on after its deletion was asked for, or undefined when it goes at once. A pod that was given
 * to a machine waits for its kubelet; a namespace for its contents; anything with finalizers for them.
 */
export const graceOf = (row: Row, asked: number | undefined): number | undefined => {
  const finalizers = [...row.leaves.keys()].some(p => under(p, 'metadata', 'finalizers'));
  if (isPod(row.kind) && row.leaves.has('f:spec\nf:nodeName') && asked !== 0) return asked ?? 30;
  const waits = finalizers || (row.kind.group === '' && row.kind.plural === 'namespaces');
  return waits ? (asked ?? 0) : undefined;
};
