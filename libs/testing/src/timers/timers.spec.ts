import { describe, expect, it } from 'vitest';
import { manualTimers } from './index.ts';

describe('manual timers', () => {
  it('run what falls due, in order of time, also what was armed on the way', async () => {
    const timers = manualTimers();
    const ran: string[] = [];
    timers.after(20, () => ran.push(`b@${String(timers.now())}`));
    timers.after(10, () => {
      ran.push(`a@${String(timers.now())}`);
      timers.after(5, () => ran.push(`c@${String(timers.now())}`));
    });
    const cancel = timers.after(15, () => ran.push('cancelled'));
    cancel();
    expect(timers.next()).toBe(10);
    await timers.advance(19);
    expect(ran).toEqual(['a@10', 'c@15']);
    await timers.advance(1);
    expect([ran.at(-1), timers.pending(), timers.now()]).toEqual(['b@20', 0, 20]);
  });
});
