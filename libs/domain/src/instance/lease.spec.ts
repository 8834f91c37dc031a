import { describe, expect, it } from 'vitest';
import type { DatacenterId, InstanceId, Instant, OrganisationId } from '../core/index.ts';
import type { Leased, LeasesSeen, LeaseStep } from './lease.ts';
import { factsOfEnding, nextEnd, planLeases, warnAt } from './lease.ts';

const END = '2027-01-20T12:00:00.000Z';
const A_DAY_BEFORE = '2027-01-19T12:00:00.000Z';
const DAY = 86_400;
/** Ordered twenty days before its end. */
const lease = (name: string, over: Partial<Leased> = {}): Leased => ({
  id: `instance_${name}` as InstanceId, tenantId: 'organisation_1' as OrganisationId, datacenterId: 'datacenter_1' as DatacenterId, gpus: 8, reservedW: 8_000,
  createdAt: '2026-12-31T12:00:00.000Z', leaseEnd: END, ...over,
});
const warned = (name: string, over: Partial<Leased> = {}): Leased => lease(name, { leaseWarnedAt: A_DAY_BEFORE, ...over });
const seen = (now: Instant, ...leases: readonly Leased[]): LeasesSeen => ({ now, regionCode: 'fr-valence', warningSeconds: DAY, atMost: 3, leases });
const said = (steps: readonly LeaseStep[]): readonly string[] => steps.map(s => (s.do === 'release' ? `release ${s.lease.id}` : `warn ${s.leases.map(l => l.id).join(' ')}`).replaceAll('instance_', ''));

describe('the end of a lease', () => {
  const later = '2027-01-20T12:00:00.001Z';
  it.each([
    { reason: 'says nothing a millisecond before the warning', of: seen('2027-01-19T11:59:59.999Z', lease('a')), does: [] },
    { reason: 'is said a day before', of: seen(A_DAY_BEFORE, lease('a'), lease('b')), does: ['warn a b'] },
    { reason: 'is said once', of: seen(A_DAY_BEFORE, warned('a'), lease('b')), does: ['warn b'] },
    { reason: 'releases nobody a millisecond before', of: seen('2027-01-20T11:59:59.999Z', warned('a')), does: [] },
    { reason: 'releases at its instant', of: seen(END, warned('a'), warned('b', { leaseEnd: later })), does: ['release a'] },
    { reason: 'releases what is long overdue, each by itself', of: seen('2027-03-01T00:00:00.000Z', warned('a'), warned('b')), does: ['release a', 'release b'] },
    { reason: 'needs no warning: it was agreed with the order', of: seen(END, lease('a')), does: ['release a'] },
    { reason: 'of others is said first: that needs no allocator', of: seen(END, warned('a'), lease('b', { leaseEnd: later })), does: ['warn b', 'release a'] },
  ])('$reason', ({ of, does }) => { expect(said(planLeases(of).steps)).toEqual(does); });
});

describe('a tenant is warned', () => {
  it.each([
    { reason: 'a day before the end', from: '2026-12-31T12:00:00.000Z', seconds: DAY, at: A_DAY_BEFORE },
    { reason: 'a day before the end of a lease of ten days: a tenth is as much', from: '2027-01-10T12:00:00.000Z', seconds: DAY, at: A_DAY_BEFORE },
    { reason: 'six minutes before the end of a lease of an hour', from: '2027-01-20T11:00:00.000Z', seconds: DAY, at: '2027-01-20T11:54:00.000Z' },
    { reason: 'in whole milliseconds', from: '2027-01-20T11:59:59.985Z', seconds: DAY, at: '2027-01-20T11:59:59.999Z' },
    { reason: 'as late as the operator wants', from: '2026-12-31T12:00:00.000Z', seconds: 60, at: '2027-01-20T11:59:00.000Z' },
  ])('$reason', ({ from, seconds, at }) => { expect(warnAt({ createdAt: from, leaseEnd: END }, seconds)).toBe(at); });

  it('with the seconds that are left, in his own log', () => {
    const { events, audit } = factsOfEnding([lease('a')], { now: '2027-01-19T12:00:00.500Z', regionCode: 'fr-valence' });
    expect(events).toEqual([{ noun: 'instance', objectId: 'instance_a', verb: 'lease-ending', regionCode: 'fr-valence', tenantId: 'organisation_1' }]);
    expect(audit).toMatchObject([{ type: 'compute.instance.warn', reason: 'LEASE_ENDING', tenant: 'organisation_1', numbers: { noticeSeconds: 86_399, releaseAt: END, gpus: 8, watts: 8_000 } }]);
  });
});

describe('the next look is due', () => {
  it.each([
    { reason: 'at the warning', of: seen('2027-01-19T11:00:00.000Z', lease('a')), next: A_DAY_BEFORE },
    { reason: 'at the end, once it was given', of: seen('2027-01-19T11:00:00.000Z', warned('a')), next: END },
    { reason: 'at whichever comes first', of: seen('2027-01-19T11:00:00.000Z', warned('a'), lease('b')), next: A_DAY_BEFORE },
    { reason: 'at once when as many are due as were read', of: seen(END, warned('a'), warned('b'), warned('c')), next: END },
    { reason: 'not at once when as many were read, and one of them is not due', of: seen('2027-01-19T11:00:00.000Z', warned('a', { leaseEnd: '2027-01-19T10:00:00.000Z' }), warned('b'), warned('c')), next: END },
    { reason: 'at no instant that is named when everything is overdue', of: seen('2027-02-01T00:00:00.000Z', warned('a')), next: undefined },
  ])('$reason', ({ of, next }) => { expect(nextEnd(of)).toBe(next); });
});
