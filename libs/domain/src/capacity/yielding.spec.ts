import { describe, expect, test } from 'vitest';
import { capacityOf, claimFact, id, machineFact, openSite, order, phaseFact, poolFact, rackFact, siteFact } from './facts.fixture.ts';
import type { InstanceId } from '../core/index.ts';
import type { ClaimFact, LedgerFact, PlacementRequest } from './index.ts';
import { place, yieldFor } from './index.ts';

const base = (machines: number): LedgerFact[] => [...openSite(), poolFact('p1'), rackFact('r1'), ...Array.from({ length: machines }, (_, n) => machineFact(`m${String(n + 1)}`, 'r1'))];
/** `at`: when it was decided; ids begin with their time. */
const soft = (at: number, machine: string, gpus = 8): ClaimFact => claimFact(`i${String(at)}`, machine, Math.ceil((4_100 * gpus) / 8), gpus, { interruptible: true, decisionId: `d${String(at)}` as ClaimFact['decisionId'] });
const hard = (name: string, machine: string): ClaimFact => claimFact(name, machine);
const gone = (ledger: readonly LedgerFact[], r: PlacementRequest): readonly string[] | undefined => {
  const s = capacityOf(ledger);
  return yieldFor(s, r, place(s, r))?.map(y => y.instanceId);
};

describe('interruptible instances give way, the most recent first and none in vain', () => {
  test.each<{ because: string; ledger: readonly LedgerFact[]; asked: PlacementRequest; yields: readonly string[] | undefined }>([
    { because: 'the most recent one, where any would do', ledger: [...base(3), soft(1, 'm1'), soft(3, 'm2'), soft(2, 'm3')], asked: order(1), yields: ['i3'] },
    { because: 'as many as are asked for', ledger: [...base(3), soft(1, 'm1'), soft(3, 'm2'), soft(2, 'm3')], asked: order(2), yields: ['i3', 'i2'] },
    { because: 'what is free already needs nobody to go', ledger: [...base(3), soft(1, 'm1'), soft(3, 'm2')], asked: order(2), yields: ['i3'] },
    { because: 'not the most recent when its going frees nothing that serves', ledger: [...base(2), soft(1, 'm1'), hard('x', 'm2'), machineFact('m3', 'r1', { shapeId: id.shape('l40-4'), gpus: 4 }), soft(9, 'm3', 4)], asked: order(1), yields: ['i1'] },
    { because: 'all on one machine, since half of two machines is no machine', ledger: [...base(2), soft(1, 'm1', 4), soft(2, 'm2', 4), soft(3, 'm1', 4), soft(4, 'm2', 4)], asked: order(1), yields: ['i4', 'i2'] },
    { because: 'power that is short at the site is given by another shape', ledger: [...base(1), siteFact('dc1'), phaseFact('dc1-phase', 2 * 1_900 + 2_050 + 4_099), machineFact('m3', 'r1', { shapeId: id.shape('l40-4'), gpus: 4 }), soft(1, 'm3', 4)], asked: order(1), yields: ['i1'] },
    { because: 'nobody, when all of them together would not be enough', ledger: [...base(2), soft(1, 'm1'), hard('x', 'm2')], asked: order(2), yields: undefined },
    { because: 'nobody for an order that is interruptible itself', ledger: [...base(1), soft(1, 'm1')], asked: order(1, { interruptible: true }), yields: undefined },
    { because: 'nobody for an order that the law refuses', ledger: [...base(1), soft(1, 'm1')], asked: order(1, { tenantClass: 'PRIVATE' }), yields: undefined },
    { because: 'nobody for an order that is placed', ledger: [...base(2), soft(1, 'm1')], asked: order(1), yields: undefined },
    { because: 'never one that is not interruptible', ledger: [...base(1), hard('x', 'm1')], asked: order(1), yields: undefined },
  ])('$because', ({ ledger, asked, yields }) => { expect(gone(ledger, asked)).toEqual(yields); });
});

describe('those on their way out are room to come', () => {
  const going = (ids: readonly string[], asked: PlacementRequest): readonly string[] | undefined => {
    const s = capacityOf([...base(3), soft(1, 'm1'), hard('given-back', 'm2'), soft(3, 'm3')]);
    return yieldFor(s, asked, place(s, asked), new Set(ids as readonly InstanceId[]))?.map(y => `${y.instanceId}${y.leaves ? ' leaves' : ''}`);
  };
  test.each<{ because: string; ids: readonly string[]; asked: PlacementRequest; is: readonly string[] | undefined }>([
    { because: 'nobody else is asked while they are enough', ids: ['given-back'], asked: order(1), is: ['given-back leaves'] },
    { because: 'also when it is the oldest that leaves', ids: ['i1'], asked: order(1), is: ['i1 leaves'] },
    { because: 'and what is missing beside them is asked of the most recent', ids: ['i1'], asked: order(2), is: ['i1 leaves', 'i3'] },
    { because: 'an id that is gone already is nobody', ids: ['gone'], asked: order(1), is: ['i3'] },
    { because: 'all of them and all others', ids: ['given-back'], asked: order(3), is: ['given-back leaves', 'i3', 'i1'] },
    { because: 'nobody when even then it does not fit', ids: ['i1'], asked: order(3), is: undefined },
  ])('$because', ({ ids, asked, is }) => { expect(going(ids, asked)).toEqual(is); });
});

test('a plan\'s hold does not give way: it was promised', () => {
  const { kind: _, decisionId: __, interruptible: ___, ...c } = soft(1, 'm1');
  expect(gone([...base(1), { kind: 'HOLD', planId: 'plan1' as never, expiresAt: '2027-01-01T00:00:00.000Z', ...c }], order(1))).toBeUndefined();
});
