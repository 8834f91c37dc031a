/** What one claim takes of one machine. */
export interface Demand {
  readonly cpuMilli: number;
  readonly ramMiB: number;
  /** Wholly free GPUs; 0 for a slice and for a claim without GPU. */
  readonly gpus: number;
  /** Thousandths of one GPU, below 1000; 0 when whole GPUs or none are asked for. */
  readonly milliGpu: number;
  /** Rows of the shapes that may serve it, each once; undefined: any. */
  readonly shapes?: readonly number[];
}

/**
 * What is free and what is asked for are both rounded down, to the same levels: a machine that fits is then never counted as one that
 * does not. The other way round (asked to the nearest) the machine of 128 cores and the claim of 120 part ways, and the only machines that
 * could ever serve that claim are cut up.
 */
const EIGHTH = 125;
const LEVELS = 9;
export const MAX_GPUS = 16;
const STRIDE = LEVELS + MAX_GPUS + 1;

/** CPU from a quarter of a core in half octaves to 2^19 thousandths, RAM from 256 MiB in octaves to 2^23; less is level 0. */
const SMALLEST = 8;
const CPU_LEVELS = 24;
const RAM_LEVELS = 17;

/** 2^15 times the root of 2, where half an octave ends. A whole number, because Math.log2 may differ in its last bit between machines. */
const HALF = 46_341;

const cpuLevel = (milli: number): number => {
  if (milli < 1 << SMALLEST) return 0;
  const octave = 31 - Math.clz32(milli);
  const mantissa = octave <= 15 ? milli << (15 - octave) : milli >>> (octave - 15);
  return Math.min(CPU_LEVELS - 1, 1 + (octave - SMALLEST) * 2 + (mantissa >= HALF ? 1 : 0));
};

const ramLevel = (miB: number): number => (miB < 1 << SMALLEST ? 0 : Math.min(RAM_LEVELS - 1, 1 + 31 - Math.clz32(miB) - SMALLEST));

interface Kind {
  readonly cpu: number;
  readonly ram: number;
  readonly gpus: number;
  /** Level of a slice, 0 … 7; 8 when one whole GPU is asked for. */
  readonly level: number;
  readonly shapes: ReadonlySet<number> | undefined;
  count: number;
  weight: number;
}

/** One kind of demand as it has been seen: levels, shapes by row, how often, and the weight it has until the next `revise`. */
export interface SeenKind {
  readonly cpu: number;
  readonly ram: number;
  readonly gpus: number;
  readonly level: number;
  readonly shapes: readonly number[] | undefined;
  readonly count: number;
  readonly weight: number;
}

/** A number for the levels and GPUs of a kind. */
const placeOf = ({ cpu, ram, gpus, level }: Pick<Kind, 'cpu' | 'ram' | 'gpus' | 'level'>): number => ((gpus * LEVELS + level) * CPU_LEVELS + cpu) * RAM_LEVELS + ram;

/** The same shapes, in whatever order. `shapes`: each of them once. */
const alike = (of: ReadonlySet<number> | undefined, shapes: readonly number[] | undefined): boolean =>
  of === undefined || shapes === undefined ? of === shapes : of.size === shapes.length && shapes.every(x => of.has(x));

/** Claims seen → weight: the first makes a kind known, the sixteenth makes it usual. */
const weightOf = (count: number): number => (count >= 16 ? 4 : count >= 1 ? 1 : 0);

/**
 * What customers ask for, learnt from the claims: kinds of demand (CPU to half an octave, RAM to an octave, a slice to an eighth, whole
 * GPUs exactly, the shapes allowed) and for each a weight of 1 or 4. So the mix is a function of how often each kind was seen, in
 * whatever order; it changes at most twice per kind in the life of a region; and a kind asked for once a month still weighs. True
 * shares were tried and pack worse: the claim of eight GPUs, one in two hundred, starves, and what is common finds room anyhow. A
 * sliding window would follow fashion, and give another answer for the same claims.
 */
export class Mix {
  readonly #kinds: Kind[] = [];
  /** Rows of the kinds that are alike in all but the shapes. */
  readonly #rows = new Map<number, number[]>();
  readonly #tables: (Int32Array | undefined)[] = [];
  #version = 0;
  #due = 0;
  #weight = 0;
  /** Claims counted in all, and since the last revision. */
  #claims = 0;
  #since = 0;

  /** Grows when a weight changed: every score made before is stale. */
  get version(): number {
    return this.#version;
  }

  /** Sum of all weights; 0 before the first claim with a GPU. */
  get weight(): number {
    return this.#weight;
  }

  /** The kind of a demand, to be asked once for each class of requests. Its number means nothing but identity. */
  kindOf(d: Demand): number {
    const whole = d.milliGpu === 0;
    const [cpu, ram, gpus, level] = [cpuLevel(d.cpuMilli), ramLevel(d.ramMiB), whole ? d.gpus : 1, whole ? LEVELS - 1 : Math.floor(d.milliGpu / EIGHTH)];
    const known = this.#rows.get(placeOf({ cpu, ram, gpus, level }))?.find(row => alike(this.#kinds[row]?.shapes, d.shapes));
    return known ?? this.#add({ cpu, ram, gpus, level, shapes: d.shapes === undefined ? undefined : new Set(d.shapes), count: 0, weight: 0 });
  }

  #add(kind: Kind): number {
    const row = this.#kinds.push(kind) - 1;
    const rows = this.#rows.get(placeOf(kind));
    if (rows === undefined) this.#rows.set(placeOf(kind), [row]);
    else rows.push(row);
    return row;
  }

  /** Counts one claim, or takes back one that was counted and then not written. Changes no answer before `revise`. */
  observe(row: number, by: 1 | -1 = 1): void {
    const kind = this.#kinds[row];
    this.#claims += by;
    this.#since += by;
    // Claims without GPU fragment none and are left out.
    if (kind === undefined || kind.gpus === 0) return;
    const was = weightOf(kind.count) !== kind.weight;
    kind.count += by;
    this.#due += Number(weightOf(kind.count) !== kind.weight) - Number(was);
  }

  /** What was counted would give other weights. */
  get due(): boolean {
    return this.#due > 0;
  }

  /**
   * It is worth a revision now: other weights, and a sixteenth of all claims came since the last one. Quick while a region fills, rare later: every revision
   * makes each size of claim score its machines anew.
   */
  get ripe(): boolean {
    return this.#due > 0 && this.#since * 16 >= this.#claims;
  }

  /** Judges by what was counted so far. Apart from counting, so that it happens where the ledger says, and giving back restores what was. */
  revise(): void {
    if (this.#due === 0) return;
    for (const kind of this.#kinds) {
      const more = weightOf(kind.count) - kind.weight;
      if (more === 0) continue;
      kind.weight += more;
      this.#weight += more;
      this.#tables.forEach((table, shape) => { if (table !== undefined) add(table, kind, shape, more); });
    }
    this.#due = 0;
    this.#since = 0;
    this.#version++;
  }

  /** All that was seen; what was taken back is not. */
  get kinds(): readonly SeenKind[] {
    return this.#kinds.filter(k => k.count > 0 || k.weight > 0).map(k => ({ ...k, shapes: k.shapes === undefined ? undefined : [...k.shapes] }));
  }

  /** As `kinds` of another mix says. Only before the first claim. */
  load(kinds: readonly SeenKind[]): void {
    for (const k of kinds) {
      this.#add({ ...k, shapes: k.shapes === undefined ? undefined : new Set(k.shapes) });
      this.#weight += k.weight;
      this.#claims += k.count;
      this.#due += Number(weightOf(k.count) !== k.weight);
    }
    this.#version++;
  }

  /** For `blocked` and `served`: the weights of one shape, summed up. The same array for ever; `revise` writes it. */
  table(shape: number): Int32Array {
    const known = this.#tables[shape];
    if (known !== undefined) return known;
    const table = new Int32Array(CPU_LEVELS * RAM_LEVELS * STRIDE);
    for (const kind of this.#kinds) if (kind.weight > 0) add(table, kind, shape, kind.weight);
    this.#tables[shape] = table;
    return table;
  }
}

const add = (table: Int32Array, kind: Kind, shape: number, weight: number): void => {
  const allowed = kind.shapes?.has(shape) ?? true;
  for (let cpu = 0; cpu < CPU_LEVELS; cpu++) {
    for (let ram = 0; ram < RAM_LEVELS; ram++) {
      const row = (cpu * RAM_LEVELS + ram) * STRIDE;
      const fits = allowed && cpu >= kind.cpu && ram >= kind.ram;
      const below = fits && kind.gpus === 1 ? kind.level : LEVELS;
      for (let level = 0; level < below; level++) table[row + level] = (table[row + level] ?? 0) + weight;
      if (!fits || kind.gpus === 1) continue;
      for (let n = kind.gpus; n <= MAX_GPUS; n++) table[row + LEVELS + n] = (table[row + LEVELS + n] ?? 0) + weight;
    }
  }
};

/** Where a table speaks of machines with so much CPU and RAM free. */
export const rowOf = (cpuMilli: number, ramMiB: number): number => (cpuLevel(cpuMilli) * RAM_LEVELS + ramLevel(ramMiB)) * STRIDE;

/** Weight of the kinds that cannot use a GPU with so many thousandths free; kinds of several GPUs all count here, see `served`. */
export const blocked = (table: Int32Array, row: number, freeMilli: number): number => table[row + ((freeMilli / EIGHTH) | 0)] ?? 0;

/** Weight of the kinds of several GPUs that so many wholly free GPUs serve. */
export const served = (table: Int32Array, row: number, wholeGpus: number): number => table[row + LEVELS + wholeGpus] ?? 0;
