/** Leaves of a full tile: ranges begin and end at its edges, or at the end of a log. C2SP tlog-tiles. */
const TILE = 256;

/** Leaves `from` … `to` − 1 of a log. */
export interface ScanRange {
  readonly origin: string;
  readonly from: number;
  readonly to: number;
}
export interface ScanPlan {
  readonly ranges: readonly ScanRange[];
  /** Where the rolling part goes on; undefined: everything was looked at. */
  readonly next: { readonly origin: string; readonly index: number } | undefined;
  readonly because: 'ALL' | 'NEWEST_AND_ROLLING';
}

const floor = (index: number): number => index - (index % TILE);

/**
 * Which leaves one pass compares. All, as long as they are no more than `most`. Otherwise the newest of each log for half of that, since what was sealed last is what
 * somebody would want to change, and the rest in turn, from where the pass before stopped: nothing is never looked at.
 */
export const planScan = (logs: readonly { readonly origin: string; readonly size: number }[], most: number, rolling: ScanPlan['next']): ScanPlan => {
  const known = logs.filter(log => log.size > 0);
  const all = known.reduce((sum, log) => sum + log.size, 0);
  if (all <= most) return { ranges: known.map(({ origin, size }) => ({ origin, from: 0, to: size })), next: undefined, because: 'ALL' };
  const each = Math.max(TILE, floor(most / 2 / known.length));
  const newest = known.map(({ origin, size }) => ({ origin, from: floor(Math.max(0, size - each)), to: size }));
  const left = Math.max(TILE, floor(most - newest.reduce((sum, range) => sum + range.to - range.from, 0)));
  const { ranges, next } = roll(known, left, rolling);
  return { ranges: [...newest, ...ranges], next, because: 'NEWEST_AND_ROLLING' };
};

const roll = (logs: readonly { readonly origin: string; readonly size: number }[], most: number, from: ScanPlan['next']): { readonly ranges: readonly ScanRange[]; readonly next: ScanPlan['next'] } => {
  const found = logs.findIndex(log => log.origin === from?.origin);
  const ranges: ScanRange[] = [];
  let [n, index, left] = [Math.max(0, found), found < 0 ? 0 : floor(from?.index ?? 0), most];
  // Once round at most: the last turn ends where it began.
  for (let turn = 0; turn <= logs.length && left > 0; turn++) {
    const log = logs[n % logs.length];
    if (log === undefined) break;
    const to = Math.min(log.size, index + left);
    if (to > index) ranges.push({ origin: log.origin, from: index, to });
    left -= Math.max(0, to - index);
    if (to < log.size) return { ranges, next: { origin: log.origin, index: floor(to) } };
    [n, index] = [n + 1, 0];
  }
  return { ranges, next: { origin: logs[n % logs.length]?.origin ?? '', index: 0 } };
};
