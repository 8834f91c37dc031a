import type { AuditFact, AuditType, Change, Decided } from '../audit/index.ts';
import { notFound, unless } from '../audit/decision.ts';
import * as check from '../core/check.ts';
import { at, fault, within } from '../core/check.ts';
import type { Directory, Faults, Ids, Instant, Problem, ProblemCode, Result } from '../core/index.ts';
import { no, problem } from '../core/index.ts';
import { isEnded } from '../operation/model.ts';
import type { Allowed } from './allow.ts';
import type { AuditExport } from './model.ts';
import { EXPORT_VIEWS, MAX_AGE_RECIPIENTS, MAX_EXPORT_DAYS, MAX_OPEN_EXPORTS, PERIOD_CLOSED_SECONDS, PERIOD_MARGIN_SECONDS } from './model.ts';

export interface CreateAuditExport {
  readonly from: Instant;
  readonly to: Instant;
  readonly views: readonly string[];
  readonly ageRecipients: readonly string[];
}
/** What is known of the log when the export is asked for. */
export interface ExportedLog {
  /** When it was opened. */
  readonly openedAt: Instant;
  /** When the first leaf was sealed that retention has left; absent: none was pruned. */
  readonly prunedUntil?: Instant;
}
/** Places in `ageRecipients` of what age cannot encrypt to. */
type Unusable = readonly number[];

const SECOND_MS = 1_000;
const DAY_MS = 86_400 * SECOND_MS;
const shifted = (instant: Instant, seconds: number): Instant => new Date(Date.parse(instant) + seconds * SECOND_MS).toISOString();

/** Refused with all faults at once; without a log alone, because nothing else could be said of the period. `open`: exports of the same asker's door and tenant that have not ended. */
export const decideCreateAuditExport = (
  input: CreateAuditExport,
  seen: { readonly directory: Directory; readonly requestedBy: string; readonly allowed: Result<Allowed, Problem>; readonly log: ExportedLog | undefined; readonly unusable: Unusable; readonly open: number },
  by: { readonly ids: Ids; readonly now: Instant },
): Decided<AuditExport> => {
  if (!seen.allowed.ok) return no([seen.allowed.error]);
  const found = [...period(input, seen.log, by.now), ...check.words(at('views'), input.views, EXPORT_VIEWS, 0), ...recipients(input.ageRecipients, seen.unusable)];
  if (found.length === 0 && seen.log === undefined) return no([problem('AUDIT_LOG_NOT_OPEN', {}, { retryable: true })]);
  if (found.length === 0 && seen.open >= MAX_OPEN_EXPORTS) return no([problem('TOO_MANY_EXPORTS', { have: seen.open, limit: MAX_OPEN_EXPORTS }, { retryable: true })]);
  const allowed = seen.allowed.value;
  return unless(found, () => {
    const next: AuditExport = {
      id: by.ids.next('auditexport'), directory: seen.directory, ...allowed, requestedBy: seen.requestedBy, from: input.from, to: input.to, views: EXPORT_VIEWS.filter(v => input.views.includes(v)),
      ageRecipients: input.ageRecipients, state: 'PENDING', step: 'RANGE', progressMilli: 0, generation: 1,
    };
    const change = [{ path: 'from', to: next.from }, { path: 'to', to: next.to }, { path: 'views', to: next.views.join(',') }, ...(next.mandateId === undefined ? [] : [{ path: 'mandate', to: next.mandateId }])];
    return { next, events: [event(next, 'created')], audit: [{ ...fact(next, 'audit.export.create'), phase: 'requested', change, numbers: { ageRecipients: next.ageRecipients.length } }] };
  });
};

/** Refused: NOT_FOUND; WRONG_STATE when it has ended. What is being written stops at its next page. */
export const decideCancelAuditExport = (id: string, seen: AuditExport | undefined, by: { readonly now: Instant }): Result<Change<AuditExport, 'state' | 'endedAt'>, Faults> => {
  if (seen === undefined) return notFound('auditexport', id, 'id');
  if (isEnded(seen.state)) return no([problem('WRONG_STATE', { noun: 'auditexport', id, state: seen.state, expected: ['PENDING', 'RUNNING'] }, { path: ['id'] })]);
  const next: AuditExport = { ...seen, state: 'CANCELLED', endedAt: by.now, generation: seen.generation + 1 };
  return unless([], () => ({
    next, ifGeneration: seen.generation, changes: { state: next.state, endedAt: by.now }, events: [event(next, 'cancelled')],
    audit: [{ ...fact(next, 'audit.export.cancel'), op: { from: seen.state, to: next.state } }],
  }));
};

/** An export was read from, from byte `first` to `last`; written before the first of them leaves. */
export const downloadFact = (e: AuditExport, { first, last }: { readonly first: number; readonly last: number }): AuditFact =>
  ({ ...fact(e, 'audit.export.download'), phase: 'read', numbers: { first, last, bytes: e.bytes ?? 0 } });

/** The bundle is there. What it is proven with stands in it, so that the log says which file was offered. */
export const completeFact = (e: AuditExport, made: { readonly bytes: number; readonly sha256: string; readonly first: number; readonly end: number; readonly logSize: number; readonly globalSize: number; readonly timestamps: number }): AuditFact => {
  const { sha256, ...numbers } = made;
  return { ...fact(e, 'audit.export.complete'), change: [{ path: 'sha256', to: sha256 }], numbers };
};

/** Nothing is offered. EXPORT_UNPROVABLE: what was read of the log does not give the root that was signed; the alarm about it is the monitor's, which finds the place. */
export const failFact = (e: AuditExport, reason: ProblemCode): AuditFact => ({ ...fact(e, 'audit.export.fail'), outcome: 'failure', reason });

const period = ({ from, to }: CreateAuditExport, log: ExportedLog | undefined, now: Instant): check.Found => {
  if (to <= from) return [fault('INTERVAL_REVERSED', at('to'), { from, to })];
  const latest = shifted(now, -PERIOD_CLOSED_SECONDS);
  const days = Math.ceil((Date.parse(to) - Date.parse(from)) / DAY_MS);
  return [
    ...(to > latest ? [fault('PERIOD_NOT_OVER', at('to'), { value: to, latest })] : []),
    ...(days > MAX_EXPORT_DAYS ? [fault('PERIOD_TOO_LONG', at('to'), { value: days, limit: MAX_EXPORT_DAYS })] : []),
    ...pruned(from, log),
  ];
};

// The first leaf that is left may come just after a heartbeat, so that the next one is a minute away: hence the longer margin.
const pruned = (from: Instant, log: ExportedLog | undefined): check.Found => {
  if (log?.prunedUntil === undefined) return [];
  const available = shifted(log.prunedUntil, PERIOD_CLOSED_SECONDS);
  return from < available ? [fault('PERIOD_PRUNED', at('from'), { value: from, available, margin: PERIOD_MARGIN_SECONDS })] : [];
};

const recipients = (list: readonly string[], unusable: Unusable): check.Found => {
  if (list.length > MAX_AGE_RECIPIENTS) return [fault('ABOVE_MAXIMUM', at('ageRecipients'), { value: list.length, limit: MAX_AGE_RECIPIENTS })];
  return [...unusable.map(n => fault('BAD_AGE_RECIPIENT', within(at('ageRecipients'), n), { value: check.shown(list[n] ?? '') })), ...check.distinct(at('ageRecipients'), list)];
};

// A provider's act is no event of the tenant's stream; it is in the tenant's log all the same.
const event = (e: AuditExport, verb: string) => ({ noun: 'auditexport', objectId: e.id, verb, regionCode: '_', ...(e.directory === 'tenant' && e.tenantId !== undefined ? { tenantId: e.tenantId } : {}) });
const fact = (e: AuditExport, type: AuditType): AuditFact => ({
  type, phase: 'completed', outcome: 'success', ...(e.tenantId === undefined ? {} : { tenant: e.tenantId }), target: { kind: 'auditexport', id: e.id },
});
