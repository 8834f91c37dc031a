import type {
  V1ConfigMap, V1LimitRange, V1Namespace, V1NetworkPolicy, V1Node, V1ObjectMeta, V1Pod, V1ResourceQuota, V1Secret, V1Service, V1ServiceAccount,
} from '@kubernetes/client-node';

// client-node's classes describe objects after its own decoding: dates are Date and reserved words wear an underscore
// (`_from`). We keep the JSON as the server sent it, so its types are mapped back; trusting them unmapped would let
// `creationTimestamp.getTime()` compile and throw.
type WireKey<K> = K extends `_${infer Bare}` ? Bare : K;
/** A client-node type as it looks in the JSON on the wire: RFC 3339 strings for dates, real field names. */
export type OnWire<T> = T extends Date
  ? string
  : T extends readonly (infer U)[]
    ? OnWire<U>[]
    : T extends object
      ? { [K in keyof T as WireKey<K>]: OnWire<T[K]> }
      : T;

export type Meta = OnWire<V1ObjectMeta>;

/** What every Kubernetes object has. Lists leave `apiVersion` and `kind` out of their items; this library puts them back. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata?: Meta;
}

declare const shape: unique symbol;

/** A GroupVersionKind with its REST path, carrying the type of its objects. `group` is '' for the core group. */
export interface Kind<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly [shape]?: T;
}

/** Describes any kind, custom resources included, without touching this library. */
export const kindOf = <T extends KubeObject>(group: string, version: string, kind: string, plural: string, scope: 'namespaced' | 'cluster'): Kind<T> => ({
  group, version, kind, plural, namespaced: scope === 'namespaced',
});

export type Pod = OnWire<V1Pod>;
export type Namespace = OnWire<V1Namespace>;
export type Service = OnWire<V1Service>;
export type Node = OnWire<V1Node>;
export type NetworkPolicy = OnWire<V1NetworkPolicy>;
export type ResourceQuota = OnWire<V1ResourceQuota>;
export type LimitRange = OnWire<V1LimitRange>;
export type ConfigMap = OnWire<V1ConfigMap>;
export type Secret = OnWire<V1Secret>;
export type ServiceAccount = OnWire<V1ServiceAccount>;

export const PODS = kindOf<Pod>('', 'v1', 'Pod', 'pods', 'namespaced');
export const NAMESPACES = kindOf<Namespace>('', 'v1', 'Namespace', 'namespaces', 'cluster');
export const SERVICES = kindOf<Service>('', 'v1', 'Service', 'services', 'namespaced');
export const NODES = kindOf<Node>('', 'v1', 'Node', 'nodes', 'cluster');
export const NETWORK_POLICIES = kindOf<NetworkPolicy>('networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies', 'namespaced');
export const RESOURCE_QUOTAS = kindOf<ResourceQuota>('', 'v1', 'ResourceQuota', 'resourcequotas', 'namespaced');
export const LIMIT_RANGES = kindOf<LimitRange>('', 'v1', 'LimitRange', 'limitranges', 'namespaced');
export const CONFIG_MAPS = kindOf<ConfigMap>('', 'v1', 'ConfigMap', 'configmaps', 'namespaced');
export const SECRETS = kindOf<Secret>('', 'v1', 'Secret', 'secrets', 'namespaced');
export const SERVICE_ACCOUNTS = kindOf<ServiceAccount>('', 'v1', 'ServiceAccount', 'serviceaccounts', 'namespaced');

/** Points at one object. `namespace` is required for a namespaced kind and forbidden for a cluster one: `pathOf` throws otherwise. */
export interface Ref<T extends KubeObject = KubeObject> {
  readonly kind: Kind<T>;
  readonly name: string;
  readonly namespace?: string;
}

/** Which objects of a kind: all namespaces when `namespace` is left out; every label must match. */
export interface Scope {
  readonly namespace?: string;
  readonly labels?: LabelSelector;
}

/** `'x'` equals, `['x','y']` is one of, `true` exists, `false` does not exist. */
export type LabelSelector = Readonly<Record<string, string | readonly string[] | boolean>>;

export const apiVersionOf = (kind: Kind): string => (kind.group === '' ? kind.version : `${kind.group}/${kind.version}`);

/** The key of an object in a watch cache: `namespace/name`, or `name` for cluster kinds. */
export const keyOf = (name: string, namespace?: string): string => (namespace === undefined || namespace === '' ? name : `${namespace}/${name}`);

/** The ref of an object in hand. Throws when the object has no name: a nameless apply is a bug, not an outage. */
export const refOf = <T extends KubeObject>(kind: Kind<T>, object: T): Ref<T> => {
  const name = object.metadata?.name;
  if (name === undefined || name === '') throw new Error(`a ${kind.kind} without metadata.name cannot be addressed`);
  const namespace = object.metadata?.namespace;
  return namespace === undefined ? { kind, name } : { kind, name, namespace };
};

/** `Pod ns/name`, for problems and spans. */
export const nameOf = (ref: Ref): string => `${ref.kind.kind} ${keyOf(ref.name, ref.namespace)}`;

const collection = (kind: Kind, namespace: string | undefined): string => {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  return namespace === undefined ? `${root}/${kind.plural}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${kind.plural}`;
};

/** REST path of one object, or of its subresource. */
export const pathOf = (ref: Ref, subresource?: string): string => {
  if (ref.kind.namespaced !== (ref.namespace !== undefined)) {
    throw new Error(`${nameOf(ref)}: ${ref.kind.namespaced ? 'needs a namespace' : 'is not in a namespace'}`);
  }
  const path = `${collection(ref.kind, ref.namespace)}/${encodeURIComponent(ref.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
};

/** REST path of a collection, across namespaces when the scope names none. */
export const collectionPath = (kind: Kind, scope: Scope): string => collection(kind, kind.namespaced ? scope.namespace : undefined);
