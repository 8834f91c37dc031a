/** Times of single operations of this process, by kind of operation. */
export class Times {
  readonly #by = new Map<string, number[]>();
  /** Microseconds of the last operation. */
  last = Number.NaN;

  /** Microseconds of one operation; its result is handed through. */
  of<T>(kind: string, operation: () => T): T {
    const from = process.hrtime.bigint();
    const result = operation();
    this.add(kind, Number(process.hrtime.bigint() - from) / 1_000);
    return result;
  }

  add(kind: string, micros: number): void {
    this.last = micros;
    const known = this.#by.get(kind);
    if (known === undefined) this.#by.set(kind, [micros]);
    else known.push(micros);
  }

  get kinds(): readonly string[] {
    return [...this.#by.keys()];
  }
  at(quantile: number, kind?: string): number {
    const all = kind === undefined ? [...this.#by.values()].flat() : (this.#by.get(kind) ?? []);
    return quantileOf(all, quantile);
  }
  /** Each kind by its median, and all kinds alike: neither a kind that is met often nor a moment without the processor decides. */
  get typical(): number {
    const medians = this.kinds.map((kind) => this.at(0.5, kind));
    return medians.reduce((sum, m) => sum + m, 0) / medians.length;
  }

  /** One side of one round. */
  timed(side: string, round: number): Timed {
    return { side, round, operations: this.kinds.reduce((n, kind) => n + (this.#by.get(kind)?.length ?? 0), 0), typicalUs: this.typical, p50Us: this.at(0.5), p99Us: this.at(0.99) };
  }
}

/** What the operations of one side came to in one round; microseconds. `typicalUs`: see `Times`. */
export interface Timed { readonly side: string; readonly round: number; readonly operations: number; readonly typicalUs: number; readonly p50Us: number; readonly p99Us: number }

export const timedLine = (t: Timed): string => `round ${t.round}  ${t.side.padEnd(34)} typical ${us(t.typicalUs)}, median ${us(t.p50Us)}, p99 ${us(t.p99Us)} (${t.operations} operations)`;

/** Medians over the rounds. */
export const timedSummary = (all: readonly Timed[]): readonly string[] =>
  [...new Set(all.map((t) => t.side))].map((side) => {
    const own = all.filter((t) => t.side === side);
    const middle = (of: (t: Timed) => number): string => us(quantileOf(own.map(of), 0.5));
    return `${side.padEnd(34)} typical ${middle((t) => t.typicalUs)}, median ${middle((t) => t.p50Us)}, p99 ${middle((t) => t.p99Us)}`;
  });

const us = (micros: number): string => (micros >= 1e6 ? `${(micros / 1e6).toFixed(2)} s` : micros >= 1_000 ? `${(micros / 1_000).toFixed(2)} ms` : `${micros.toFixed(1)} µs`);

const quantileOf = (values: readonly number[], quantile: number): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
};
