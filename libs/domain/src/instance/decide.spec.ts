import { describe, expect, test } from 'vitest';
import { capacityOf, claimFact, id, machineFact, order, poolFact, rackFact, openSite } from '../capacity/facts.fixture.ts';
import type { Claim, OrderRequest } from '../capacity/index.ts';
import type { Id, IdKind, Ids } from '../core/index.ts';
import type { ProjectId } from '../core/index.ts';
import { decideFree, decideOrder, decideRelease, instanceNames } from './decide.ts';

const counting = (): Ids => {
  let n = 0;
  return { next: <K extends IdKind>(kind: K): Id<K> => `${kind}-${String(++n)}` as Id<K> };
};
const by = () => ({ ids: counting(), regionCode: 'valence', epoch: 3 });
const asked = (count: number, more: Partial<OrderRequest> = {}): OrderRequest => ({
  ...order(count), name: 'train', image: 'registry.invalid/train:1', sshKeys: ['ssh-ed25519 AAAA'], leaseEnd: '2027-01-01T00:00:00.000Z', interruptible: false, ...more,
});
const site = [...openSite(), rackFact('r1'), poolFact('p1'), machineFact('m1', 'r1'), machineFact('m2', 'r1')];

describe('an order', () => {
  test('of several becomes one instance, one claim and one audit event each, numbered from 1', () => {
    const d = decideOrder(capacityOf(site), asked(2), by());
    expect(d).toMatchObject({
      outcome: 'PLACED',
      instances: [{ name: 'train-1', placement: { machineId: 'm1' } }, { name: 'train-2', placement: { machineId: 'm2' } }],
      claims: [{ kind: 'CLAIM', machineId: 'm1', gpus: 8, watts: 4_100, tenantId: 't1' }, { machineId: 'm2' }],
      audit: [
        { type: 'compute.instance.create', phase: 'completed', outcome: 'success', tenant: 't1', target: { kind: 'instance', region: 'valence', datacenter: 'dc1' }, op: { epoch: 3 } },
        { numbers: { gpus: 8, reservedW: 4_100, orderOf: 2 } },
      ],
    });
    if (d.outcome === 'PLACED') expect(d.claims.map(c => [c.instanceId, c.decisionId])).toEqual(d.instances.map(i => [i.id, d.decisionId]));
  });

  test('that is refused is audited under its order, with the headline and its numbers', () => {
    expect(decideOrder(capacityOf(site), asked(3), by())).toMatchObject({
      outcome: 'REFUSED',
      audit: [{ phase: 'denied', outcome: 'denied', reason: 'NO_CAPACITY', target: { kind: 'order', id: 'o1' }, numbers: { asked: 3, free: 2, wouldFit: 2 } }],
    });
  });

  test('says nothing of image or keys in its audit events: they are free text of a person', () => {
    const said = JSON.stringify(decideOrder(capacityOf(site), asked(1), by()).audit);
    expect(said).not.toContain('registry.invalid');
    expect(said).not.toContain('ssh-ed25519');
  });

  test.each([{ count: 1, names: ['a'], reason: 'a single instance has the name as it was asked' }, { count: 3, names: ['a-1', 'a-2', 'a-3'], reason: 'several are numbered from 1' }])('$reason', ({ count, names }) => {
    expect(instanceNames('a', count)).toEqual(names);
  });
});

const known = { id: id.instance('i1'), tenantId: id.tenant('t1'), projectId: 'pr1' as ProjectId, datacenterId: id.dc('dc1'), desired: 'RUNNING', status: 'READY', generation: 4 } as const;
const from = (tenant: string) => ({ tenantId: id.tenant(tenant), instanceId: id.instance('i1'), regionCode: 'valence' });

describe('a release', () => {
  test.each([
    { reason: 'an instance that does not exist', instance: undefined, tenant: 't1', code: 'NOT_FOUND' },
    { reason: "another tenant's instance looks the same", instance: known, tenant: 't2', code: 'NOT_FOUND' },
    { reason: 'given back already', instance: { ...known, desired: 'RELEASED', status: 'TERMINATING' } as const, tenant: 't1', code: 'WRONG_STATE' },
  ])('is refused: $reason', ({ instance, tenant, code }) => {
    const d = decideRelease(instance, from(tenant));
    expect(d.ok ? 'released' : d.error.code).toBe(code);
  });

  test('of what does not exist and of what is not yours cannot be told apart', () => {
    expect(decideRelease(known, from('t2'))).toEqual(decideRelease(undefined, from('t2')));
  });

  test('is fenced by the generation that was looked at, and audited as requested', () => {
    expect(decideRelease(known, from('t1'))).toMatchObject({
      ok: true, value: { ifGeneration: 4, audit: [{ type: 'compute.instance.release', phase: 'requested', change: [{ path: 'desired', from: 'RUNNING', to: 'RELEASED' }, { path: 'status', from: 'READY', to: 'TERMINATING' }] }] },
    });
  });
});

describe('a free', () => {
  const held = capacityOf([...site, claimFact('held', 'm1')]).claims.get(id.instance('held'));
  const claim: Claim = held ?? ((): never => { throw new Error('no claim'); })();
  const gone = { ...known, desired: 'RELEASED', status: 'TERMINATING' } as const;
  test.each([
    { reason: 'the pod is gone and the tenant gave it back', instance: gone, held: claim, said: 'free' },
    { reason: 'said again: nothing is left to do', instance: { ...gone, status: 'RELEASED' } as const, held: undefined, said: 'nothing' },
    { reason: 'the ledger has no claim any more', instance: gone, held: undefined, said: 'nothing' },
    { reason: 'the tenant still wants it: the pod is to be made again', instance: known, held: claim, said: 'WRONG_STATE' },
    { reason: 'nobody knows it', instance: undefined, held: undefined, said: 'NOT_FOUND' },
  ])('$reason', ({ instance, held, said }) => {
    const d = decideFree(instance, held, { instanceId: id.instance('i1'), regionCode: 'valence' });
    expect(d.ok ? d.value.do : d.error.code).toBe(said);
  });

  test('gives back exactly what the ledger holds', () => {
    const s = capacityOf([...site, claimFact('i1', 'm1', 1_234, 3)]);
    const d = decideFree(gone, s.claims.get(id.instance('i1')), { instanceId: id.instance('i1'), regionCode: 'valence' });
    expect(d).toMatchObject({ ok: true, value: { do: 'free', claim: { gpus: 3, watts: 1_234 }, audit: [{ phase: 'completed', numbers: { gpus: 3, reservedW: 1_234 } }] } });
  });
});
