/**
 * Fields of `wanted` that the observed object shows with another value, as paths (`.spec.containers[name=app].image`).
 * The server normalises what it stores (quantities, dropped empties, defaults around ours): those are not drift.
 * A false positive here only costs a line in a report, since drift never triggers a write by itself.
 */
export const drift = (wanted: unknown, seen: unknown, path = ''): string[] => {
  if (isEmpty(wanted) && isEmpty(seen)) return [];
  if (Array.isArray(wanted)) return Array.isArray(seen) ? driftOfLists(wanted, seen, path) : [path];
  if (typeof wanted === 'object' && wanted !== null) {
    const have = typeof seen === 'object' && seen !== null ? (seen as Record<string, unknown>) : {};
    return Object.entries(wanted).flatMap(([k, v]) => (v === undefined || WRITE_ONLY.has(k) ? [] : drift(v, have[k], `${path}.${k}`)));
  }
  return sameScalar(wanted, seen) ? [] : [path];
};

// Secret.stringData is folded into data on write and never read back.
const WRITE_ONLY = new Set(['stringData']);

const isEmpty = (v: unknown): boolean =>
  v === undefined || v === null || v === '' || v === 0 || v === false ||
  (typeof v === 'object' && Object.values(v).every(x => x === undefined));

const KEYS = ['name', 'type', 'containerPort', 'port', 'mountPath', 'key', 'ip', 'uid'] as const;

const driftOfLists = (wanted: readonly unknown[], seen: readonly unknown[], path: string): string[] => {
  const key = KEYS.find(k => wanted.every(w => typeof w === 'object' && w !== null && k in w));
  if (key === undefined) {
    return wanted.length === seen.length ? wanted.flatMap((w, i) => drift(w, seen[i], `${path}[${i}]`)) : [path];
  }
  return wanted.flatMap(w => {
    const value = (w as Record<string, unknown>)[key];
    const twin = seen.find(s => typeof s === 'object' && s !== null && (s as Record<string, unknown>)[key] === value);
    return drift(w, twin, `${path}[${key}=${String(value)}]`);
  });
};

const sameScalar = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  const [x, y] = [quantity(a), quantity(b)];
  return x !== undefined && y !== undefined && Math.abs(x - y) <= Math.abs(x) * 1e-12;
};

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;
const SCALE: Readonly<Record<string, number>> = {
  n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

/** The number behind a Kubernetes quantity (`0.5`, `500m`, `1Gi`, `1e3`), or undefined when the text is none. */
export const quantity = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  const m = typeof value === 'string' ? QUANTITY.exec(value) : null;
  if (m === null) return undefined;
  return Number(`${m[1]}${m[2] ?? ''}`) * (m[3] === undefined ? 1 : (SCALE[m[3]] ?? 1));
};
