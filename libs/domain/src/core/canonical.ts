type Members = Readonly<Record<string, unknown>>;
const isMembers = (v: unknown): v is Members => typeof v === 'object' && v !== null && !Array.isArray(v);

/** JSON text that is the same wherever and in whatever order of its keys a value comes from: members sorted, undefined ones left out. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, v: unknown) => (isMembers(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v));

/** Where two values of JSON part ways first, in the order of `canonicalJson`. Undefined: nowhere. */
export interface Difference {
  /** `placements[0].machineId`; empty: the values themselves. */
  readonly path: string;
  /** As JSON; undefined: absent. */
  readonly left: string | undefined;
  readonly right: string | undefined;
}
export const firstDifference = (left: unknown, right: unknown, path = ''): Difference | undefined => {
  if (isMembers(left) && isMembers(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
    return first(keys, key => firstDifference(left[key], right[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    const [a, b]: readonly (readonly unknown[])[] = [left, right];
    return first(Array.from({ length: Math.max(left.length, right.length) }, (_, n) => n), n => firstDifference(a?.[n], b?.[n], `${path}[${String(n)}]`));
  }
  const [a, b] = [textOf(left), textOf(right)];
  return a === b ? undefined : { path, left: a, right: b };
};
const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : canonicalJson(value));
const first = <T>(list: readonly T[], look: (x: T) => Difference | undefined): Difference | undefined => {
  for (const x of list) {
    const found = look(x);
    if (found !== undefined) return found;
  }
  return undefined;
};
