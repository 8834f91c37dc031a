import type { Decided } from '../audit/decision.ts';
import { alreadyExists, notFound, unless } from '../audit/decision.ts';
import type { Place } from '../core/check.ts';
import * as check from '../core/check.ts';
import { at, fault, within } from '../core/check.ts';
import type { HallId, Ids, Problem, RegionId } from '../core/index.ts';
import { nearest } from '../core/near.ts';
import type { Datacenter } from '../datacenter/model.ts';
import type { CoolingKind, Hall } from '../hall/model.ts';
import type { PowerNode } from '../powernode/model.ts';
import type { CreateRack } from './decide.ts';
import { RACK_FACTS, newRack, rackEvent, rackFaults, rackFeeds } from './decide.ts';
import type { Rack, RackState } from './model.ts';

export const MAX_IMPORT_BYTES = 2 * 1024 * 1024;
export const MAX_IMPORT_ROWS = 5_000;
export const IMPORT_FIELDS = ['hall', ...RACK_FACTS, 'assumed'] as const;
type ImportField = (typeof IMPORT_FIELDS)[number];

/**
 * A value as the file has it. `loose` has no type of its own (a CSV field) and is read as what the field wants; the others come from YAML, where
 * quotes make text and nothing turns it into a number again.
 */
export type RawValue =
  | { readonly kind: 'loose'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** `source` as written: a rack named `01` is not the rack named `1`. */
  | { readonly kind: 'number'; readonly value: number; readonly source: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'other'; readonly found: string };

export interface RawRow {
  /** 1-based. */
  readonly line: number;
  /** In the order of the file; a field left empty is not there. */
  readonly fields: readonly { readonly name: string; readonly line: number; readonly value: RawValue }[];
}

/** A row that could be read: its faults, and the rack where there are none of form. */
export interface ReadRow {
  readonly place: Place;
  readonly hallId?: HallId;
  readonly hallName?: string;
  readonly name?: string;
  readonly rack?: CreateRack;
  readonly faults: readonly Problem[];
}

/** Each row by itself: fields, types, limits, its hall. Never stops at the first fault. */
export const readRackRows = (rows: readonly RawRow[], halls: readonly Hall[]): readonly ReadRow[] => rows.map((row, n) => readRow(row, n, halls));

const OPTIONAL: ReadonlySet<ImportField> = new Set<ImportField>(['feedA', 'feedB', 'assumed']);

const readRow = (row: RawRow, n: number, halls: readonly Hall[]): ReadRow => {
  const place: Place = { ...at('racks', n), line: row.line };
  const found: Problem[] = [];
  const values = new Map(row.fields.map(f => [f.name, f]));
  for (const f of row.fields) {
    if (!(IMPORT_FIELDS as readonly string[]).includes(f.name)) found.push(check.unknownField({ ...within(place, f.name), line: f.line }, f.name, IMPORT_FIELDS));
  }
  for (const field of IMPORT_FIELDS) if (!values.has(field) && !OPTIONAL.has(field)) found.push(fault('REQUIRED', within(place, field)));
  const take = <T>(field: ImportField, reads: (place: Place, value: RawValue) => Read<T>): T | undefined => {
    const given = values.get(field);
    if (given === undefined) return undefined;
    const read = reads({ ...within(place, field), line: given.line }, given.value);
    if ('fault' in read) found.push(read.fault);
    return 'fault' in read ? undefined : read.value;
  };
  const hallName = take('hall', asText);
  const hall = halls.find(h => h.name === hallName);
  if (hallName !== undefined && hall === undefined) found.push(unknownHall({ ...within(place, 'hall'), line: values.get('hall')?.line ?? row.line }, hallName, halls));
  const rack = {
    hallId: hall?.id, name: take('name', asText), row: take('row', asText), position: take('position', asInteger), units: take('units', asInteger),
    maxPowerW: take('maxPowerW', asInteger), coolingKind: take('coolingKind', asText) as CoolingKind | undefined, coolingCapacityW: take('coolingCapacityW', asInteger),
    feedA: take('feedA', asText), feedB: take('feedB', asText), state: take('state', asText) as RackState | undefined, assumed: take('assumed', asList) ?? [],
  };
  // Values that could be read are judged even when others could not: a line is mended in one round.
  const judged = rackFaults(place, { ...HARMLESS, ...present({ ...rack, coolingKind: rack.coolingKind ?? hall?.coolingKinds[0] ?? 'AIR' }) }, hall ?? { ...NO_HALL, coolingKinds: [rack.coolingKind ?? 'AIR'] })
    .map(f => ({ ...f, line: values.get(f.path?.[2] ?? '')?.line ?? row.line }));
  found.push(...judged);
  const known = { ...(hall === undefined ? {} : { hallId: hall.id }), ...(hallName === undefined ? {} : { hallName }), ...(rack.name === undefined ? {} : { name: rack.name }) };
  return { place, ...known, faults: found, ...(found.length === 0 ? { rack: present(rack) } : {}) };
};

/** Stands in for what could not be read, so that only what was read is judged. */
const HARMLESS: Omit<CreateRack, 'coolingKind'> = {
  hallId: '' as HallId, name: 'A', row: 'A', position: 1, units: 1, maxPowerW: 1, coolingCapacityW: 1, state: 'PLANNED', assumed: [],
};
const NO_HALL = { name: '', id: '' as HallId, datacenterId: '' as Datacenter['id'], coolingCapacityW: 1, deratingPct: 0, assumed: [], generation: 1 } satisfies Omit<Hall, 'coolingKinds'>;

const present = <T extends object>(values: T): { readonly [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

type Read<T> = { readonly value: T } | { readonly fault: Problem };
const wrongType = (place: Place, value: RawValue, expected: string): { readonly fault: Problem } =>
  ({ fault: fault('WRONG_TYPE', place, { expected, value: check.shown(written(value)) }) });
const written = (value: RawValue): string => {
  switch (value.kind) {
    case 'loose': return value.text;
    case 'text': return `"${value.text}"`;
    case 'number': return value.source;
    case 'list': return `[${value.items.join(', ')}]`;
    case 'other': return value.found;
  }
};

const asText = (place: Place, value: RawValue): Read<string> => {
  if (value.kind === 'loose' || value.kind === 'text') return { value: value.text };
  return value.kind === 'number' ? { value: value.source } : wrongType(place, value, 'text');
};

const asInteger = (place: Place, value: RawValue): Read<number> => {
  const n = value.kind === 'number' ? value.value : value.kind === 'loose' && /^[+-]?\d+([.,]\d+)?$/.test(value.text) ? Number(value.text.replace(',', '.')) : Number.NaN;
  if (!Number.isFinite(n)) return wrongType(place, value, 'integer');
  return Number.isInteger(n) ? { value: n } : { fault: fault('NOT_AN_INTEGER', place, { value: check.shown(written(value)) }) };
};

const asList = (place: Place, value: RawValue): Read<readonly string[]> => {
  if (value.kind === 'list') return { value: value.items };
  return value.kind === 'loose' ? { value: value.text.split(/[\s|]+/).filter(word => word !== '') } : wrongType(place, value, 'list');
};

const SHOWN_HALLS = 20;
const unknownHall = (place: Place, name: string, halls: readonly Hall[]): Problem => {
  const known = halls.map(h => h.name);
  return fault('UNKNOWN_VALUE', place, { value: check.shown(name), near: nearest(name, known), known: known.slice(0, SHOWN_HALLS) });
};

export interface ImportSeen {
  readonly datacenter: Datacenter | undefined;
  /** Absent with the datacenter. */
  readonly regionId: RegionId | undefined;
  readonly regionCode: string;
  readonly halls: readonly Hall[];
  /** Power nodes of the datacenter. */
  readonly nodes: readonly PowerNode[];
  /** Racks that exist already under one of the file's halls and names. */
  readonly taken: readonly { readonly hallId: HallId; readonly name: string }[];
}

/**
 * All rows or none. One audit event with the count (an event a rack would bury the log under an act that was one), but one wake-up a rack, as for a rack
 * created alone: whoever follows racks needs one rule, and the readers of wake-ups gather them by key.
 */
export const decideImportRacks = (rows: readonly ReadRow[], datacenterId: Datacenter['id'], seen: ImportSeen, by: { readonly ids: Ids }): Decided<readonly Rack[]> => {
  const { datacenter, regionId, regionCode } = seen;
  if (datacenter === undefined || regionId === undefined) return notFound('datacenter', datacenterId, 'datacenterId');
  if (rows.length === 0) return unless([fault('REQUIRED', at('content'))], () => none);
  const feeds = rackFeeds(seen.nodes);
  const found = [...rows.flatMap(r => [...r.faults, ...(r.rack === undefined ? [] : feeds(r.place, r.rack))]), ...repeated(rows), ...existing(rows, seen.taken)];
  return unless(inFileOrder(found), () => {
    const halls = new Map(seen.halls.map(h => [h.id, h]));
    const next = rows.flatMap(({ rack }) => {
      const hall = rack === undefined ? undefined : halls.get(rack.hallId);
      return rack === undefined || hall === undefined ? [] : [newRack(rack, { hall, regionId, regionCode }, by.ids)];
    });
    return {
      next,
      events: next.map(r => rackEvent(r, regionCode, 'created')),
      audit: [{
        type: 'dcim.rack.import', phase: 'completed', outcome: 'success',
        target: { kind: 'datacenter', id: datacenter.id, region: regionCode, datacenter: datacenter.id },
        numbers: { racks: next.length, maxPowerW: next.reduce((sum, r) => sum + r.maxPowerW, 0) },
      }],
    };
  });
};
const none = { next: [], events: [], audit: [] };

const inFileOrder = (found: readonly Problem[]): readonly Problem[] => [...found].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));

const keyOf = (hall: string, name: string): string => JSON.stringify([hall, name]);

const repeated = (rows: readonly ReadRow[]): readonly Problem[] => {
  const first = new Map<string, number>();
  return rows.flatMap(({ hallName, name, place }) => {
    if (hallName === undefined || name === undefined) return [];
    const key = keyOf(hallName, name);
    const before = first.get(key);
    if (before !== undefined) return [fault('DUPLICATE', within(place, 'name'), { value: check.shown(name), other: String(before) })];
    first.set(key, place.line ?? 0);
    return [];
  });
};

const existing = (rows: readonly ReadRow[], taken: ImportSeen['taken']): readonly Problem[] => {
  const there = new Set(taken.map(t => keyOf(t.hallId, t.name)));
  return rows.flatMap(({ hallId, name, place }) =>
    hallId !== undefined && name !== undefined && there.has(keyOf(hallId, name)) ? [alreadyExists('rack', check.shown(name), within(place, 'name'))] : []);
};
