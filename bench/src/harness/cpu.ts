import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ of every Linux the product runs on: /proc counts processor time in hundredths of a second, whatever the kernel's own tick. */
const MICROS_PER_TICK = 10_000;

interface Seen {
  readonly parent: number;
  /** utime + stime of all its threads. */
  readonly own: number;
  /** cutime + cstime: what its ended and awaited children used. */
  readonly ended: number;
}

const seen = (pid: number): Seen | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name in parentheses and may hold spaces; what follows the last ")" has fixed places.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
    const at = (n: number): number => fields[n] ?? 0;
    return { parent: at(1), own: at(11) + at(12), ended: at(13) + at(14) };
  } catch {
    // It ended between the listing and this look; its parent has its time now.
    return undefined;
  }
};

/**
 * Processor time in microseconds that the process and everything it ever started have used: a database's backends come and
 * go, a web server has workers. Linux only, 10 ms steps: measure seconds, not milliseconds.
 */
export const treeCpuMicros = (root: number): number => {
  const all = new Map<number, Seen>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const found = Number.isInteger(pid) ? seen(pid) : undefined;
    if (found !== undefined) all.set(pid, found);
  }
  const of = (pid: number): number => {
    const self = all.get(pid);
    if (self === undefined) return 0;
    return [...all].filter(([, child]) => child.parent === pid).reduce((sum, [child]) => sum + of(child), self.own + self.ended);
  };
  return of(root) * MICROS_PER_TICK;
};
