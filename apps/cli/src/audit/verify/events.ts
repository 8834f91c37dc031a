import { HASH_BYTES, nodesBetween, type RangeVerification } from '@cadastre/tlog/merkle';
import type { Archive } from './archive.ts';
import { crewFor } from './crew.ts';
import type { Held } from './lines.ts';
import type { Outcome } from './outcome.ts';
import { must } from './shape.ts';

const MAX_LINE = 16_384;
const LF = 10;
/** An act may be recorded that much later than it was. */
export const MARGIN_MS = 120_000;

/** An event at an edge of the range, as far as the check of the period asks. */
export interface Edge {
  /** Milliseconds. */
  readonly time: number;
  readonly beat: boolean;
}
export interface Seen {
  readonly first: Edge;
  readonly last: Edge;
  /** How many were dated more than the margin before a heartbeat that stands before them. */
  readonly late: number;
}
interface Expected {
  readonly first: number;
  readonly end: number;
  /** Lower-case hex, of all bytes. */
  readonly sha256: string | undefined;
}

/** What the passages say together, taken in the order of the log. */
class Sum {
  readonly #range: RangeVerification;
  #next: number;
  #beaten = -Infinity;
  #late = 0;
  #first: Edge | undefined;
  #last: Edge | undefined;
  constructor(range: RangeVerification, first: number) {
    this.#range = range;
    this.#next = first;
  }
  add({ times, beats, roots }: Held): void {
    for (const [n, time] of times.entries()) {
      const beat = beats[n] === 1;
      if (time < this.#beaten - MARGIN_MS) this.#late += 1;
      else if (beat) this.#beaten = Math.max(this.#beaten, time);
      if (n === 0) this.#first ??= { time, beat };
      if (n === times.length - 1) this.#last = { time, beat };
    }
    for (const [n, { level }] of nodesBetween(BigInt(this.#next), BigInt(this.#next + times.length)).entries()) this.#range.add(roots.slice(HASH_BYTES * n, HASH_BYTES * (n + 1)), 1n << BigInt(level));
    this.#next += times.length;
  }
  seen(): Seen {
    must(this.#first !== undefined && this.#last !== undefined, 'no event');
    return { first: this.#first, last: this.#last, late: this.#late };
  }
}

const linesIn = (bytes: Buffer): number => {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) lines += 1;
  return lines;
};

/** `events.jsonl`, in one pass: each line under the rules, all of them there, each leaf in the tree. @throws Error at the first line that does not hold */
export const eventsHold = async (archive: Archive, { first, end, sha256 }: Expected, logs: ReadonlySet<string>, range: RangeVerification): Promise<Seen> => {
  const crew = crewFor(archive.entry('events.jsonl').size, logs);
  const sum = new Sum(range, first);
  const asked: Promise<Outcome>[] = [];
  const settle = async (most: number): Promise<void> => {
    while (asked.length > most) {
      const outcome = await asked.shift();
      must(outcome?.ok === true, outcome?.ok === false ? outcome.because : '');
      sum.add(outcome.held);
    }
  };
  let [rest, next]: [Buffer, number] = [Buffer.alloc(0), first];
  try {
    const digest = await archive.stream('events.jsonl', async part => {
      const all = rest.length === 0 ? part : Buffer.concat([rest, part]);
      const cut = all.lastIndexOf(LF) + 1;
      const [bytes, lines] = [all.subarray(0, cut), linesIn(all)];
      rest = all.subarray(cut);
      must(next + lines <= end && rest.length <= MAX_LINE, `event ${String(next + lines)}: one too many, or one that does not end`);
      if (lines > 0) asked.push(crew.read({ bytes, first: next, lines }));
      next += lines;
      await settle(crew.hands);
    });
    await settle(0);
    must(rest.length === 0 && next === end, 'not as many events as stated');
    must(digest === sha256, 'not the file of the manifest');
    return sum.seen();
  } catch (error) {
    // A line that does not hold comes before whatever was wrong after it.
    await settle(0);
    throw error;
  } finally {
    await crew.end();
  }
};
