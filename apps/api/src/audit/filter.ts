import { AUDIT_TYPES } from '@cadastre/domain/audit';
import type { Problem } from '@cadastre/domain/core';
import { problem } from '@cadastre/domain/core';
import type { AuditFilter } from '@cadastre/store/audit';
import type { AuditEventFilter } from '../generated/tenant.ts';
import { shown } from '../shared/storable.ts';

const MAX_VALUES = 50;
const TRACE_ID = /^[0-9a-f]{32}$/i;

/** An area is all types of the catalogue that begin with it. */
const expanded = (types: readonly string[]): readonly string[] => types.flatMap(t => (t.endsWith('.') ? AUDIT_TYPES.filter(known => known.startsWith(t)) : [t]));

/** One value and a list of the same field are one list; undefined: the field was left out. */
const any = <T>(one: T | null | undefined, many: readonly T[] | null | undefined): readonly T[] | undefined => (one == null && many == null ? undefined : [...(one == null ? [] : [one]), ...(many ?? [])]);

/** What a caller asks for, as the store searches it, and what is wrong with it. */
export const wantedOf = (f: AuditEventFilter): { readonly filter: AuditFilter; readonly faults: readonly Problem[] } => {
  const { from, to } = f;
  const lists = { types: any(f.type, f.types), actorIds: any(f.actorId, f.actorIds), targetIds: any(f.targetId, f.targetIds), outcomes: any(f.outcome, f.outcomes), reasons: any(f.reason, f.reasons), traceIds: any(f.traceId, f.traceIds) };
  const long = Object.entries(lists).filter(([, list]) => list !== undefined && list.length > MAX_VALUES)
    .map(([field, list]) => problem('ABOVE_MAXIMUM', { field, value: list?.length ?? 0, limit: MAX_VALUES }, { path: ['filter', field] }));
  const reversed = from != null && to != null && to < from ? [problem('INTERVAL_REVERSED', { field: 'to', from, to }, { path: ['filter', 'to'] })] : [];
  const { types, actorIds, targetIds, outcomes, reasons, traceIds } = lists;
  const odd = (traceIds ?? []).filter(id => !TRACE_ID.test(id)).slice(0, 1).map(value => problem('BAD_FORMAT', { field: 'traceId', value: shown(value), expected: '[0-9a-f]{32}' }, { path: ['filter', 'traceIds'] }));
  return {
    faults: [...long, ...odd, ...reversed],
    filter: {
      ...(types === undefined ? {} : { types: expanded(types) }), ...(actorIds === undefined ? {} : { actorIds }), ...(targetIds === undefined ? {} : { targetIds }),
      ...(outcomes === undefined ? {} : { outcomes }), ...(reasons === undefined ? {} : { reasons }), ...(traceIds === undefined ? {} : { traces: traceIds.map(id => id.toLowerCase()) }), ...(from == null ? {} : { from }), ...(to == null ? {} : { to }),
    },
  };
};
