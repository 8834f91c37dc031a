import { describe, expect, it } from 'vitest';
import type { Ids, OrganisationId } from '../core/index.ts';
import { no, ok, problem } from '../core/index.ts';
import { mayExport, type ReadingMandate } from './allow.ts';
import { decideCancelAuditExport, decideCreateAuditExport, downloadFact, type CreateAuditExport } from './decide.ts';
import type { AuditExport } from './model.ts';

const ids: Ids = { next: kind => `${kind}_00000000000000000000000000` as never };
const now = '2026-11-27T12:00:00.000Z';
const tenantId = 'organisation_x' as OrganisationId;
const input: CreateAuditExport = { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z', views: [], ageRecipients: [] };
const seen = { directory: 'tenant', requestedBy: 'aude', allowed: ok({ tenantId }), log: { openedAt: '2026-01-01T00:00:00.000Z' }, unusable: [], open: 0 } as const;
const codes = (more: Partial<CreateAuditExport>, also: Partial<Parameters<typeof decideCreateAuditExport>[1]> = {}): readonly string[] => {
  const decided = decideCreateAuditExport({ ...input, ...more }, { ...seen, ...also }, { ids, now });
  return decided.ok ? [] : decided.error.map(p => p.code);
};

describe('decideCreateAuditExport()', () => {
  it('asks the notary for a bundle, and says so in the log', () => {
    const decided = decideCreateAuditExport({ ...input, views: ['cef', 'ocsf'] }, seen, { ids, now });
    expect(decided).toMatchObject({ ok: true, value: {
      next: { tenantId, state: 'PENDING', step: 'RANGE', views: ['ocsf', 'cef'], requestedBy: 'aude' },
      audit: [{ type: 'audit.export.create', phase: 'requested', tenant: tenantId, change: [{ path: 'from' }, { path: 'to' }, { path: 'views', to: 'ocsf,cef' }] }],
      events: [{ noun: 'auditexport', verb: 'created', tenantId }],
    } });
  });
  it.each([
    { reason: 'reversed', more: { to: '2026-09-01T00:00:00.000Z' }, code: 'INTERVAL_REVERSED' },
    { reason: 'of no length', more: { to: input.from }, code: 'INTERVAL_REVERSED' },
    { reason: 'in the future', more: { to: '2026-12-01T00:00:00.000Z' }, code: 'PERIOD_NOT_OVER' },
    { reason: 'over for 179.999 s only', more: { to: '2026-11-27T11:57:00.001Z' }, code: 'PERIOD_NOT_OVER' },
    { reason: 'longer than anything is kept', more: { from: '2020-01-01T00:00:00.000Z' }, code: 'PERIOD_TOO_LONG' },
    { reason: 'with a view that does not exist', more: { views: ['syslog'] }, code: 'UNKNOWN_VALUE' },
    { reason: 'with a view twice', more: { views: ['ocsf', 'ocsf'] }, code: 'DUPLICATE' },
  ])('a period $reason is refused', ({ more, code }) => {
    expect(codes(more)).toEqual([code]);
  });
  it('180 s after its end a period is closed', () => {
    expect(codes({ to: '2026-11-27T11:57:00.000Z' })).toEqual([]);
  });
  it('names the first instant that is left of a pruned log', () => {
    const decided = decideCreateAuditExport(input, { ...seen, log: { openedAt: input.from, prunedUntil: '2026-10-15T00:00:00.000Z' } }, { ids, now });
    expect(decided).toMatchObject({ ok: false, error: [{ code: 'PERIOD_PRUNED', path: ['from'], params: { available: '2026-10-15T00:03:00.000Z' } }] });
    expect(codes({ from: '2026-10-15T00:03:00.000Z' }, { log: { openedAt: input.from, prunedUntil: '2026-10-15T00:00:00.000Z' } })).toEqual([]);
  });
  it('names each recipient that age cannot use', () => {
    const decided = decideCreateAuditExport({ ...input, ageRecipients: ['age1good', 'ssh-ed25519 A'] }, { ...seen, unusable: [1] }, { ids, now });
    expect(decided).toMatchObject({ ok: false, error: [{ code: 'BAD_AGE_RECIPIENT', path: ['ageRecipients', '1'] }] });
  });
  it.each([
    { reason: 'no log yet', also: { log: undefined }, code: 'AUDIT_LOG_NOT_OPEN' },
    { reason: 'four under way', also: { open: 4 }, code: 'TOO_MANY_EXPORTS' },
    { reason: 'no right', also: { allowed: no(problem('MANDATE_MISSING')) }, code: 'MANDATE_MISSING' },
  ])('$reason: refused', ({ also, code }) => {
    expect(codes({}, also)).toEqual([code]);
  });
});

describe('decideCancelAuditExport()', () => {
  const made = decideCreateAuditExport(input, seen, { ids, now });
  if (!made.ok) throw new Error('refused');
  const running: AuditExport = { ...made.value.next, state: 'RUNNING' };
  it('ends what is under way', () => {
    expect(decideCancelAuditExport(running.id, running, { now })).toMatchObject({ ok: true, value: { changes: { state: 'CANCELLED', endedAt: now }, audit: [{ type: 'audit.export.cancel', op: { from: 'RUNNING', to: 'CANCELLED' } }] } });
  });
  it('finds nothing where there is nothing, and leaves what has ended', () => {
    expect(decideCancelAuditExport(running.id, undefined, { now })).toMatchObject({ ok: false, error: [{ code: 'NOT_FOUND' }] });
    expect(decideCancelAuditExport(running.id, { ...running, state: 'SUCCEEDED' }, { now })).toMatchObject({ ok: false, error: [{ code: 'WRONG_STATE' }] });
  });
  it('a download says which bytes', () => {
    expect(downloadFact({ ...running, bytes: 100 }, { first: 10, last: 99 })).toMatchObject({ type: 'audit.export.download', phase: 'read', tenant: tenantId, numbers: { first: 10, last: 99, bytes: 100 } });
  });
});

describe('mayExport()', () => {
  const period = { from: input.from, to: input.to };
  const mandate: ReadingMandate = { id: 'mandate_x', tenantId, from: input.from, to: input.to, validFrom: '2026-11-01T00:00:00.000Z', validUntil: '2026-12-01T00:00:00.000Z' };
  const provider = { directory: 'provider' } as const;
  it('a tenant\'s auditor reads the own log, whatever organisation is named', () => {
    expect(mayExport({ directory: 'tenant', organisationId: tenantId }, { ...period, organisationId: 'organisation_y' as OrganisationId }, [], now)).toEqual(ok({ tenantId }));
  });
  it('the provider\'s auditor reads the provider\'s log', () => {
    expect(mayExport(provider, period, [], now)).toEqual(ok({}));
  });
  it.each([
    { reason: 'a mandate in force that covers the period', mandates: [mandate], may: true },
    { reason: 'none', mandates: [], may: false },
    { reason: 'one for another organisation', mandates: [{ ...mandate, tenantId: 'organisation_y' as OrganisationId }], may: false },
    { reason: 'one not yet in force', mandates: [{ ...mandate, validFrom: '2026-11-27T12:00:00.001Z' }], may: false },
    { reason: 'one that has ended', mandates: [{ ...mandate, validUntil: now }], may: false },
    { reason: 'one that begins inside the period', mandates: [{ ...mandate, from: '2026-10-01T00:00:00.001Z' }], may: false },
    { reason: 'one that ends inside the period', mandates: [{ ...mandate, to: '2026-10-31T23:59:59.999Z' }], may: false },
  ])('a tenant\'s log at the provider door, with $reason: $may', ({ mandates, may }) => {
    const answer = mayExport(provider, { ...period, organisationId: tenantId }, mandates, now);
    expect(answer).toMatchObject(may ? ok({ tenantId, mandateId: 'mandate_x' }) : { ok: false, error: { code: 'MANDATE_MISSING', retryable: true } });
  });
});
