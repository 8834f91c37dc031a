/** A leaf's path: segments in the notation of `managedFields` (`f:spec`, `k:{"name":"app"}`, `v:"x"`), joined by a newline. */
export type Path = string;
export type Leaves = Map<Path, unknown>;
const SEP = '\n';

// Keys of the lists that the API merges item by item. Every other list is one value, replaced whole (listType=atomic).
const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'], initContainers: ['name'], volumes: ['name'], env: ['name'], imagePullSecrets: ['name'], schedulingGates: ['name'],
  resourceClaims: ['name'], conditions: ['type'], addresses: ['type'], volumeMounts: ['mountPath'], hostAliases: ['ip'], ownerReferences: ['uid'],
};
const SETS = new Set(['finalizers']);
// structType=atomic or x-kubernetes-map-type=atomic: selectors mean something only as a whole.
const ATOMIC_MAPS = new Set(['selector', 'podSelector', 'namespaceSelector', 'nodeSelector']);

const isMap = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

const listKeys = (field: string, items: readonly unknown[]): readonly string[] | undefined => {
  if (field !== 'ports') return LIST_KEYS[field];
  return items.every(i => isMap(i) && 'containerPort' in i) ? ['containerPort', 'protocol'] : ['port', 'protocol'];
};

const itemKey = (keys: readonly string[], item: Record<string, unknown>): string =>
  `k:${JSON.stringify(Object.fromEntries(keys.map(k => [k, item[k] ?? (k === 'protocol' ? 'TCP' : '')])))}`;

/** The object as leaves. An empty map or list is a leaf of its own, as in the API. */
export const flatten = (value: unknown): Leaves => {
  const out: Leaves = new Map();
  walk(value, [], '', out);
  return out;
};

const walk = (value: unknown, path: readonly string[], field: string, out: Leaves): void => {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) { walkList(value, path, field, out); return; }
  if (!isMap(value) || ATOMIC_MAPS.has(field) || (Object.keys(value).length === 0 && path.length > 0)) { out.set(path.join(SEP), value); return; }
  for (const [k, v] of Object.entries(value)) walk(v, [...path, `f:${k}`], k, out);
};

const walkList = (list: readonly unknown[], path: readonly string[], field: string, out: Leaves): void => {
  const keys = listKeys(field, list);
  if (SETS.has(field)) { for (const v of list) out.set([...path, `v:${JSON.stringify(v)}`].join(SEP), v); return; }
  if (keys === undefined || !list.every(isMap) || list.length === 0) { out.set(path.join(SEP), list); return; }
  for (const item of list) {
    const at = [...path, itemKey(keys, item)];
    for (const [k, v] of Object.entries(item)) walk(v, [...at, `f:${k}`], k, out);
  }
};

type Tree = Map<string, Tree | { readonly leaf: unknown }>;

const treeOf = (leaves: Iterable<readonly [Path, unknown]>): Tree => {
  const root: Tree = new Map();
  for (const [path, leaf] of leaves) {
    const segments = path.split(SEP);
    let at = root;
    for (const segment of segments.slice(0, -1)) {
      const next = at.get(segment);
      const branch: Tree = next instanceof Map ? next : new Map<string, never>();
      if (branch !== next) at.set(segment, branch);
      at = branch;
    }
    at.set(segments.at(-1) ?? '', { leaf });
  }
  return root;
};

/** The object again: the inverse of `flatten`, in insertion order. */
export const unflatten = (leaves: Leaves): Record<string, unknown> => valueOf(treeOf(leaves)) as Record<string, unknown>;

const valueOf = (node: Tree | { readonly leaf: unknown }): unknown => {
  if (!(node instanceof Map)) return structuredClone(node.leaf);
  const entries = [...node];
  if (entries.some(([s]) => !s.startsWith('f:'))) return entries.map(([, child]) => valueOf(child));
  return Object.fromEntries(entries.map(([s, child]) => [s.slice(2), valueOf(child)]));
};

/** `fieldsV1` of a set of paths, as the server shows it in `managedFields`. */
export const fieldsV1 = (paths: Iterable<Path>): object => setOf(treeOf([...paths].map(p => [p, null] as const)));

const setOf = (node: Tree): object =>
  Object.fromEntries([...node].map(([s, child]) => [s, child instanceof Map ? setOf(child) : {}]));

/** The path as the server writes it in a conflict: `.spec.containers[name="app"].image`. */
export const readable = (path: Path): string =>
  path.split(SEP).map(s => {
    if (s.startsWith('f:')) return `.${s.slice(2)}`;
    if (s.startsWith('v:')) return `[=${s.slice(2)}]`;
    const keys = Object.entries(JSON.parse(s.slice(2)) as Record<string, unknown>);
    return `[${keys.map(([k, v]) => `${k}=${JSON.stringify(v)}`).join(',')}]`;
  }).join('');

/** Whether a path lies under fields, by name: `under(p, 'status')`, `under(p, 'metadata', 'annotations')`. */
export const under = (path: Path, ...fields: readonly string[]): boolean => {
  const prefix = fields.map(f => `f:${f}`).join(SEP);
  return path === prefix || path.startsWith(prefix + SEP);
};

export const sameLeaf = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
