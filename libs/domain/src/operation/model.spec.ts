import { describe, expect, it } from 'vitest';
import { operationOf, type Work } from './model.ts';

const STEPS = ['LOOK', 'CUT', 'GLUE'] as const;
const at = '2026-11-27T10:00:00.000Z';
const work = (more: Partial<Work<(typeof STEPS)[number]>>): Work<(typeof STEPS)[number]> => ({ id: 'x', state: 'RUNNING', step: 'CUT', progressMilli: 400, createdAt: at, ...more });

describe('operationOf()', () => {
  it.each([
    { reason: 'not begun', state: 'PENDING', step: 'LOOK', steps: ['PENDING', 'PENDING', 'PENDING'] },
    { reason: 'taken up again by nobody yet: what was done is to be done again', state: 'PENDING', step: 'GLUE', steps: ['PENDING', 'PENDING', 'PENDING'] },
    { reason: 'under way', state: 'RUNNING', step: 'CUT', steps: ['DONE', 'RUNNING', 'PENDING'] },
    { reason: 'failed at a step', state: 'FAILED', step: 'CUT', steps: ['DONE', 'FAILED', 'SKIPPED'] },
    { reason: 'cancelled at a step', state: 'CANCELLED', step: 'CUT', steps: ['DONE', 'SKIPPED', 'SKIPPED'] },
    { reason: 'done', state: 'SUCCEEDED', step: 'GLUE', steps: ['DONE', 'DONE', 'DONE'] },
  ] as const)('$reason: the steps say so', ({ state, step, steps }) => {
    expect(operationOf('auditexport', work({ state, step }), STEPS).steps.map(s => s.state)).toEqual(steps);
  });
  it('is whole exactly when it succeeded', () => {
    expect(operationOf('auditexport', work({ progressMilli: 1_000 }), STEPS).progressMilli).toBe(999);
    expect(operationOf('auditexport', work({ state: 'SUCCEEDED', progressMilli: 400 }), STEPS).progressMilli).toBe(1_000);
  });
  it('can be cancelled until it has ended, and says why not', () => {
    expect(operationOf('auditexport', work({}), STEPS)).toMatchObject({ cancellable: true });
    expect(operationOf('auditexport', work({ state: 'FAILED', failure: 'EXPORT_STORAGE' }), STEPS)).toMatchObject({ cancellable: false, notCancellable: 'ENDED', failure: 'EXPORT_STORAGE' });
  });
});
