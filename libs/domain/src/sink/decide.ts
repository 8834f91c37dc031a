import type { AuditFact, AuditType, Change, Decided } from '../audit/index.ts';
import { amended, current, notFound, unless } from '../audit/decision.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import type { AuditSinkId, Directory, Faults, Ids, Instant, OrganisationId, Result } from '../core/index.ts';
import { no, problem } from '../core/index.ts';
import { EUROPEAN_UNION, MAX_SINKS, SINK_FORMATS, SINK_KINDS, type AuditSink, type SinkFormat, type SinkKind } from './model.ts';

export interface CreateSink {
  readonly name: string;
  readonly kind: string;
  readonly format: string;
  readonly endpoint: string;
  readonly caPem?: string;
  readonly country: string;
  readonly waiver?: string;
}

/** Refused with all faults at once. `others`: living sinks of the same log. */
export const decideCreateSink = (
  input: CreateSink, seen: { readonly directory: Directory; readonly tenantId?: OrganisationId; readonly others: readonly Pick<AuditSink, 'name'>[] }, by: { readonly ids: Ids },
): Decided<AuditSink> => {
  const found = [
    ...check.text(at('name'), input.name, 120), ...check.oneOf(at('kind'), input.kind, SINK_KINDS), ...check.oneOf(at('format'), input.format, SINK_FORMATS), ...endpoint(input),
    ...(input.caPem === undefined || /^-----BEGIN CERTIFICATE-----\n[\s\S]{1,60000}-----END CERTIFICATE-----\n?$/.test(input.caPem) ? [] : [fault('BAD_FORMAT', at('caPem'), { value: check.shown(input.caPem), expected: 'PEM' })]),
    ...place(input), ...(seen.others.some(o => o.name === input.name) ? [fault('ALREADY_EXISTS', at('name'), { noun: 'sink', value: input.name })] : []),
  ];
  if (found.length === 0 && seen.others.length >= MAX_SINKS) return no([problem('TOO_MANY_SINKS', { have: seen.others.length, limit: MAX_SINKS })]);
  return unless(found, () => {
    const { name, endpoint: where, caPem, country, waiver } = input;
    const next: AuditSink = {
      id: by.ids.next('sink'), directory: seen.directory, ...(seen.tenantId === undefined ? {} : { tenantId: seen.tenantId }), name, kind: input.kind as SinkKind, format: input.format as SinkFormat, endpoint: where,
      ...(caPem === undefined ? {} : { caPem }), country, ...(waiver === undefined ? {} : { waiver }), paused: false, nextIndex: 0, generation: 1,
    };
    // The endpoint names a machine and the waiver may name a person: neither stands in the event, which says what goes out, and to which country.
    const change = [{ path: 'kind', to: next.kind }, { path: 'format', to: next.format }, { path: 'country', to: next.country }, { path: 'waived', to: waiver === undefined ? 'no' : 'yes' }];
    return { next, events: [event(next, 'created')], audit: [{ ...fact(next, 'audit.sink.create'), change }] };
  });
};

/** Pausing keeps the place in the log: what was held back is sent afterwards. */
export const decidePauseSink = (input: { readonly id: AuditSinkId; readonly generation: number; readonly paused: boolean }, seen: AuditSink | undefined): Result<Change<AuditSink, 'paused'>, Faults> => {
  const now = current('sink', input, living(seen), []);
  if (!now.ok) return now;
  return unless([], () => {
    const to = amended(now.value, { paused: input.paused }, ['paused']);
    return { ...to, events: [event(to.next, 'updated')], audit: [{ ...fact(to.next, 'audit.sink.update'), change: [{ path: 'paused', from: String(now.value.paused), to: String(input.paused) }] }] };
  });
};

export const decideDeleteSink = (id: AuditSinkId, seen: AuditSink | undefined, by: { readonly now: Instant }): Result<Change<AuditSink, 'deletedAt'>, Faults> => {
  const found = living(seen);
  if (found === undefined) return notFound('sink', id, 'id');
  const next: AuditSink = { ...found, deletedAt: by.now, generation: found.generation + 1 };
  return unless([], () => ({ next, ifGeneration: found.generation, changes: { deletedAt: by.now }, events: [event(next, 'deleted')], audit: [{ ...fact(next, 'audit.sink.delete'), numbers: { delivered: found.nextIndex } }] }));
};

/** Deliveries began to fail, or work again: told once each, with how far it had come. */
export const sinkStateFact = (s: AuditSink, to: 'FAILING' | 'DELIVERING', reason: string | undefined): AuditFact => ({
  ...fact(s, 'audit.sink.state'), outcome: to === 'FAILING' ? 'failure' : 'success', ...(reason === undefined ? {} : { reason }), op: { to }, numbers: { nextIndex: s.nextIndex },
});

const living = (s: AuditSink | undefined): AuditSink | undefined => (s?.deletedAt === undefined ? s : undefined);

const HOST_PORT = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]+\]):([1-9][0-9]{0,4})$/;
const HTTPS = /^https:\/\/[a-z0-9[\]:.-]{1,260}(\/[!-~]{0,500})?$/;
const endpoint = ({ kind, format, endpoint: value }: CreateSink): check.Found => {
  const expected = kind === 'SYSLOG_TLS' ? 'host:port' : kind === 'HTTPS' ? 'https://host/path' : '';
  const form = kind === 'SYSLOG_TLS' ? HOST_PORT.test(value) && Number(value.slice(value.lastIndexOf(':') + 1)) <= 65_535 : kind === 'HTTPS' ? HTTPS.test(value) : value === '';
  return [
    ...(form ? [] : [fault('BAD_FORMAT', at('endpoint'), { value: check.shown(value), expected })]),
    ...(format === 'parquet' && kind !== 'FILES' ? [fault('SINK_FORMAT', at('format'), { value: format, kind })] : []),
  ];
};
const place = ({ country, waiver }: CreateSink): check.Found => [
  ...check.form(at('country'), country, /^[A-Z]{2}$/, 'FR'), ...(waiver === undefined ? [] : check.text(at('waiver'), waiver, 300)),
  ...(/^[A-Z]{2}$/.test(country) && !EUROPEAN_UNION.includes(country) && waiver === undefined ? [fault('SINK_OUTSIDE_EU', at('country'), { value: country })] : []),
];
const event = (s: AuditSink, verb: string) => ({ noun: 'sink', objectId: s.id, verb, regionCode: '_', ...(s.directory === 'tenant' && s.tenantId !== undefined ? { tenantId: s.tenantId } : {}) });
const fact = (s: AuditSink, type: AuditType): AuditFact => ({ type, phase: 'completed', outcome: 'success', ...(s.tenantId === undefined ? {} : { tenant: s.tenantId }), target: { kind: 'sink', id: s.id } });
