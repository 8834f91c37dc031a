import type { InstanceId, MachineId, RackId, Result, ShapeId } from '../core/index.ts';
import { compare, no, ok } from '../core/index.ts';
import type { Quota } from '../quota/model.ts';
import { fold, occupy } from './fold.ts';
import type { SpentRow } from './budgets.ts';
import type { SeenKind } from './mix.ts';
import type { LedgerFact } from './model.ts';
import { ENGINE_VERSION } from './model.ts';
import type { CapacityState, Claim } from './state.ts';
import { emptyCapacity } from './state.ts';

/** Bumped when lines written before can no longer be read. */
export const DUMP_FORMAT = 2;
/** Rows of one line at most: some hundred kilobytes of text. */
const ROWS = 2_000;

/** Why a dump is not used; the ledger is then folded from its first entry. */
export type UnusableDump =
  | { readonly code: 'OTHER_FORMAT'; readonly format: unknown }
  /** Another engine may judge by another mix of work. */
  | { readonly code: 'OTHER_ENGINE'; readonly engine: unknown }
  /** A line is missing, doubled or cut. `rows`: how many the dump says it has. */
  | { readonly code: 'DAMAGED'; readonly rows: number | undefined; readonly read: number };

type Row = Readonly<Record<string, unknown>>;
/** A field of many rows: one value for all, the distinct values with a number for each row, or just the values. */
type Packed = { readonly all: unknown } | { readonly of: readonly unknown[]; readonly at: readonly number[] } | readonly unknown[];
interface Part {
  readonly table: string;
  readonly rows: number;
  readonly fields: readonly string[];
  readonly columns: readonly Packed[];
}

/**
 * A state as lines of JSON, from which `restore` makes one that decides the same: a head, parts of tables, a tail that counts the rows. Canonical: states with
 * equal snapshots and an equal mix give equal lines, in whatever order their entries came. By column, because a region is a million rows of few distinct
 * values: a third of the text of one object a row, and read three times as fast. Lazy: the state must not be folded on between two lines.
 */
export function* dump(s: CapacityState): Iterable<string> {
  yield JSON.stringify({ format: DUMP_FORMAT, engine: ENGINE_VERSION, index: s.index });
  let rows = 0;
  for (const [table, list] of tablesOf(s)) {
    for (const part of parts(list)) {
      rows += part.length;
      yield JSON.stringify(packed(table, part));
    }
  }
  yield JSON.stringify({ end: rows });
}

/** The state of a dump; the entries after its index are folded onto it. */
export const restore = (lines: Iterable<string>): Result<CapacityState, UnusableDump> => {
  const r = new Restoring();
  for (const line of lines) r.take(line);
  return r.end();
};

/** For lines that come in pages: `take` each in order, then `end`. */
export class Restoring {
  readonly #s = emptyCapacity();
  readonly #quotas: Quota[] = [];
  readonly #kinds: SeenKind[] = [];
  readonly #spent: SpentRow[] = [];
  #problem: UnusableDump | undefined;
  #index: number | undefined;
  #rows: number | undefined;
  #read = 0;

  take(line: string): void {
    if (this.#problem !== undefined) return;
    const value = parsed(line);
    if (value === undefined || this.#rows !== undefined) this.#damaged();
    else if (this.#index === undefined) this.#head(value);
    else if (typeof value['end'] === 'number') this.#rows = value['end'];
    else this.#part(value);
  }

  end(): Result<CapacityState, UnusableDump> {
    if (this.#problem === undefined && this.#rows !== this.#read) this.#damaged();
    if (this.#problem !== undefined || this.#index === undefined) return no(this.#problem ?? { code: 'DAMAGED', rows: this.#rows, read: this.#read });
    // After the claims: all of them are counted in one pass.
    this.#fold({ kind: 'QUOTAS', quotas: this.#quotas });
    this.#s.quota.budgets.load(this.#spent);
    this.#s.mix.load(this.#kinds);
    this.#s.index = this.#index;
    return ok(this.#s);
  }

  #damaged(): void {
    this.#problem = { code: 'DAMAGED', rows: this.#rows, read: this.#read };
  }

  #head({ format, engine, index }: Row): void {
    if (format !== DUMP_FORMAT) this.#problem = { code: 'OTHER_FORMAT', format };
    else if (engine !== ENGINE_VERSION) this.#problem = { code: 'OTHER_ENGINE', engine };
    else if (typeof index !== 'number') this.#damaged();
    else this.#index = index;
  }

  #part({ table = '', rows = 0, fields = [], columns = [] }: Partial<Part>): void {
    const cells = columns.map(unpacked);
    for (let n = 0; n < rows; n++) {
      const row: Record<string, unknown> = {};
      fields.forEach((field, f) => { row[field] = cells[f]?.(n); });
      this.#row(table, row);
    }
    this.#read += rows;
  }

  /** Rows are what `tablesOf` made of a state: the count at the end says that none is missing, and a database keeps what it was given. */
  #row(table: string, row: Row): void {
    const s = this.#s;
    switch (table) {
      case 'names': name(s, row as unknown as Name); return;
      case 'codes': s.shapeCodes.set(row['shapeId'] as ShapeId, row['code'] as string); return;
      case 'quotas': this.#quotas.push(row as unknown as Quota); return;
      case 'kinds': this.#kinds.push(kindOf(s, row as unknown as KindRow)); return;
      case 'spent': this.#spent.push(row as unknown as SpentRow); return;
      case 'claims': claim(s, row as unknown as ClaimRow); return;
      default: this.#fold({ kind: table, ...row } as unknown as LedgerFact);
    }
  }

  #fold(fact: LedgerFact): void {
    fold(this.#s, { index: this.#s.index + 1, fact });
  }
}

/** Known to the ledger by its id alone: a claim on it, or a machine in it, came without what it is. */
interface Name {
  readonly what: 'RACK' | 'MACHINE';
  readonly id: string;
}
type ClaimRow = Omit<Claim, 'machine'> & { readonly instanceId: InstanceId; readonly machineId: MachineId };
/** Shapes by id, because rows are numbered as they come; null: the shape of a machine that was never declared. */
type KindRow = Omit<SeenKind, 'shapes'> & { readonly shapes: readonly (ShapeId | null)[] | null };

/** In the order in which they are read: what a row refers to stands before it. */
const tablesOf = function* (s: CapacityState): Iterable<readonly [table: string, rows: Iterable<Row>]> {
  yield ['names', namesOf(s)];
  yield ['SITE', facts(s.siteFacts.values(), f => f.datacenterId)];
  yield ['HALL', facts(s.hallFacts.values(), f => f.hallId)];
  yield ['POWER_NODE', facts(s.nodeFacts.values(), f => f.powerNodeId)];
  yield ['PHASE', facts(s.phaseFacts.values(), f => f.phaseId)];
  yield ['CERTIFICATION', facts(s.certificationFacts.values(), f => f.certificationId)];
  yield ['POOL', facts(s.poolFacts, f => f.poolId)];
  yield ['RACK', facts(s.rackFacts, f => f.rackId)];
  yield ['MACHINE', facts(s.machineFacts, f => f.machineId)];
  yield ['RESERVE', facts([...s.reservations.values()].flat(), f => `${f.reservationId} ${f.machineId}`)];
  yield ['codes', [...s.shapeCodes].sort(([a], [b]) => compare(a, b)).map(([shapeId, code]) => ({ shapeId, code }))];
  yield ['claims', claims(s)];
  yield ['quotas', s.quota.quotas.map(q => ({ ...q }))];
  yield ['spent', s.quota.budgets.rows().map(r => ({ ...r }))];
  yield ['kinds', kinds(s)];
};

const namesOf = (s: CapacityState): Row[] => {
  const bare = (what: Name['what'], of: { readonly size: number; key(row: number): string }, known: readonly unknown[]): Name[] =>
    Array.from({ length: of.size }, (_, row) => row).filter(row => known[row] === undefined).map(row => ({ what, id: of.key(row) }));
  return [...bare('RACK', s.racks, s.rackFacts), ...bare('MACHINE', s.machines, s.machineFacts)].sort((a, b) => compare(a.what, b.what) || compare(a.id, b.id)).map(n => ({ ...n }));
};

const name = (s: CapacityState, { what, id }: Name): void => {
  if (what === 'MACHINE') s.machines.intern(id as MachineId);
  else s.rackMachines[s.racks.intern(id as RackId)] ??= [];
};

const facts = function* <F extends LedgerFact>(list: Iterable<F | undefined>, id: (f: F) => string): Iterable<Row> {
  const known = [...list].filter(f => f !== undefined).sort((a, b) => compare(id(a), id(b)));
  for (const { kind: _, ...row } of known) yield row;
};

const claims = function* (s: CapacityState): Iterable<Row> {
  for (const instanceId of [...s.claims.keys()].sort()) {
    const c = s.claims.get(instanceId);
    if (c === undefined) continue;
    const { machine, ...rest } = c;
    yield { instanceId, machineId: s.machines.key(machine), ...rest };
  }
};

const claim = (s: CapacityState, r: ClaimRow): void => {
  const c: Claim = {
    tenantId: r.tenantId, projectId: r.projectId, machine: s.machines.intern(r.machineId), shapeCode: r.shapeCode, gpus: r.gpus, watts: r.watts, milliGpu: r.milliGpu, slot: r.slot, cpuMilli: r.cpuMilli, ramMiB: r.ramMiB,
    at: r.at, leaseEnd: r.leaseEnd, interruptible: r.interruptible, reservationId: r.reservationId, decisionId: r.decisionId, hold: r.hold,
  };
  s.claims.set(r.instanceId, c);
  occupy(s, c, 1);
};

const kinds = (s: CapacityState): Row[] => {
  const idOf = (row: number): ShapeId | null => (row < 0 ? null : s.shapes.key(row));
  const rows = s.mix.kinds.map(({ shapes, ...k }): KindRow => ({ ...k, shapes: shapes === undefined ? null : shapes.map(idOf).sort((a, b) => compare(a ?? '', b ?? '')) }));
  const key = (k: KindRow): string => [k.cpu, k.ram, k.gpus, k.level, ...(k.shapes ?? ['*'])].join(' ');
  return rows.sort((a, b) => compare(key(a), key(b))).map(k => ({ ...k }));
};

const kindOf = (s: CapacityState, { shapes, ...k }: KindRow): SeenKind => ({ ...k, shapes: shapes === null ? undefined : shapes.map(id => (id === null ? -1 : s.shapes.intern(id))) });

/** Rows with the same fields together, so that what is absent stays absent: null is a value. */
const parts = function* (rows: Iterable<Row>): Iterable<readonly Row[]> {
  const open = new Map<string, Row[]>();
  // In the order of the row's own fields: sorting them for each of a million rows would be most of the time.
  const forms = new Map<string, string>();
  for (const row of rows) {
    let key = '';
    for (const f in row) if (row[f] !== undefined) key += `${f} `;
    const form = forms.get(key) ?? fieldsOf(row).join(' ');
    forms.set(key, form);
    const part = open.get(form) ?? [];
    part.push(row);
    if (part.length < ROWS) open.set(form, part);
    else {
      open.delete(form);
      yield part;
    }
  }
  for (const [, part] of [...open].sort(([a], [b]) => compare(a, b))) yield part;
};

const fieldsOf = (row: Row): string[] => Object.keys(row).filter(f => row[f] !== undefined).sort();

const packed = (table: string, part: readonly Row[]): Part => {
  const fields = fieldsOf(part[0] ?? {});
  return { table, rows: part.length, fields, columns: fields.map(f => column(part.map(row => row[f]))) };
};

const column = (values: readonly unknown[]): Packed => {
  const of = new Map<unknown, number>();
  // Lists and records are compared by what they say.
  const same = (v: unknown): unknown => (typeof v === 'object' && v !== null ? JSON.stringify(v) : v);
  const at = values.map(v => {
    const key = same(v);
    const known = of.get(key);
    if (known !== undefined) return known;
    of.set(key, of.size);
    return of.size - 1;
  });
  if (of.size * 2 > values.length && values.length > 1) return values;
  const distinct: unknown[] = [];
  values.forEach((v, n) => { distinct[at[n] ?? 0] = v; });
  return distinct.length === 1 ? { all: distinct[0] } : { of: distinct, at };
};

const unpacked = (c: Packed): ((n: number) => unknown) => {
  if (isList(c)) return n => c[n];
  return 'all' in c ? () => c.all : n => c.of[c.at[n] ?? -1];
};

const isList = (c: Packed): c is readonly unknown[] => Array.isArray(c);

const parsed = (line: string): Row | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Row) : undefined;
  } catch {
    return undefined;
  }
};
