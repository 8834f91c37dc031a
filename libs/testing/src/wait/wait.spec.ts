import { describe, expect, it } from 'vitest';
import { waitFor } from './index.ts';

describe('waiting', () => {
  it('answers what the condition answered', async () => {
    let looks = 0;
    expect(await waitFor(() => ++looks === 3 && { found: looks }, { what: 'three looks', everyMs: 1 })).toEqual({ found: 3 });
  });

  it('looks again when the condition throws', async () => {
    let looks = 0;
    await waitFor(() => {
      if (++looks < 3) throw new Error('not there yet');
      return true;
    }, { what: 'the world', everyMs: 1 });
    expect(looks).toBe(3);
  });

  it('says what it waited for and what it saw last', async () => {
    await expect(waitFor(() => undefined, { what: 'the pod', timeoutMs: 10, everyMs: 1 })).rejects.toThrow(/^waited 0\.0 s \(\d+ looks\) for the pod; last seen: undefined$/);
    await expect(waitFor(() => { throw new TypeError('odd'); }, { what: 'the pod', timeoutMs: 10, everyMs: 1 })).rejects.toThrow('last seen: TypeError: odd');
  });
});
