import { describe, expect, it } from 'vitest';
import { PLACEMENT_REASONS } from '../capacity/model.ts';
import { boardOf } from './board.ts';
import { LIMITING_RESOURCES, RESOURCE_OF, type Unplaced } from './model.ts';

const row = (week: string, reason: Unplaced['reason'], orders: number, gpuHours: number): Unplaced => ({ week, reason, orders, gpuHours });

describe('the board of the limiting resource', () => {
  it('knows a resource for every reason, and every resource has a reason', () => {
    expect(Object.keys(RESOURCE_OF).sort()).toEqual([...PLACEMENT_REASONS].sort());
    expect(LIMITING_RESOURCES.filter(r => !Object.values(RESOURCE_OF).includes(r))).toEqual([]);
  });

  it('adds up what one resource blocked, the scarcest of each week first', () => {
    const cells = boardOf([
      row('2027-W02', 'NO_CAPACITY', 1, 500), row('2027-W01', 'RACK_POWER', 2, 100), row('2027-W01', 'NO_CAPACITY', 9, 150), row('2027-W01', 'POWER_PHASE', 1, 200), row('2027-W01', 'STAFFING', 1, 0),
    ]);
    expect(cells.map(c => [c.week, c.resource, c.orders, c.gpuHours])).toEqual([
      ['2027-W01', 'POWER', 3, 300], ['2027-W01', 'GPUS', 9, 150], ['2027-W01', 'STAFF', 1, 0], ['2027-W02', 'GPUS', 1, 500],
    ]);
    expect(cells[0]?.reasons).toEqual([{ reason: 'POWER_PHASE', orders: 1, gpuHours: 200 }, { reason: 'RACK_POWER', orders: 2, gpuHours: 100 }]);
  });

  it('is empty where nothing was refused', () => { expect(boardOf([])).toEqual([]); });
});
