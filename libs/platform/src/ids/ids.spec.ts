import { fromString, toUUID } from 'typeid-js';
import fc from 'fast-check';
import { validate, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import { ID_KINDS, isId } from '@cadastre/domain/core';
import { createIds, madeAt } from './index.ts';

describe('ids', () => {
  it('are UUIDv7 TypeIDs of their kind, as the reference library reads them', () => {
    const ids = createIds();
    for (const kind of ID_KINDS) {
      const id = ids.next(kind);
      expect(isId(kind, id)).toBe(true);
      const uuid = toUUID(fromString(id, kind));
      expect([validate(uuid), version(uuid)]).toEqual([true, 7]);
    }
  });

  it('carry the instant they were made at, in their first 48 bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 2 }), ms => {
        const id = createIds({ now: () => ms }).next('order');
        expect(parseInt(toUUID(fromString(id, 'order')).replaceAll('-', '').slice(0, 12), 16)).toBe(ms);
        expect(madeAt(id)).toBe(ms);
      }),
    );
  });

  it('increase strictly, even when the clock stands still or goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 200 }), steps => {
        let ms = 1_800_000_000_000;
        let at = 0;
        const ids = createIds({ now: () => (ms += steps[at++ % steps.length] ?? 0) });
        const made = Array.from({ length: 300 }, () => ids.next('instance'));
        expect(made).toEqual([...new Set(made)].sort());
      }),
    );
  });

  it('increase strictly past the counter of one millisecond', () => {
    const ids = createIds({ now: () => 1_800_000_000_000 });
    const made = Array.from({ length: 20_000 }, () => ids.next('event'));
    expect(made).toEqual([...new Set(made)].sort());
  });

  it('keep 62 random bits: two makers at one instant never agree', () => {
    const now = (): number => 1_800_000_000_000;
    const seen = new Set<string>();
    for (let i = 0; i < 2_000; i++) seen.add(createIds({ now }).next('audit'));
    expect(seen.size).toBe(2_000);
  });
});
