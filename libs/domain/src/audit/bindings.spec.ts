import { describe, expect, expectTypeOf, it } from 'vitest';
import type { AllocateRequest } from '../capacity/protocol.ts';
import { ALLOCATIONS, AUDIT_TYPES, AWAITED, coursesOf, keepingOf, writersOf } from './index.ts';

describe('the catalogue', () => {
  it('binds every kind of request to the allocator, and what it does by itself: another kind would not compile', () => {
    expectTypeOf<keyof typeof ALLOCATIONS>().toEqualTypeOf<AllocateRequest['kind'] | 'DUE'>();
    expect(ALLOCATIONS.DUE).toContain('compute.plan.expire');
  });
  it.each(AUDIT_TYPES)('%s is bound to who writes it, and has a class, a retention, a legal basis and courses', type => {
    const { class: c, retention, legal } = keepingOf(type);
    expect([c, retention, legal].every(v => v !== '')).toBe(true);
    expect(coursesOf(type).length).toBeGreaterThan(0);
    expect(writersOf(type), `${type}: bind it in libs/domain/src/audit/bindings.ts, or take it out of the catalogue`).toSatisfy((list: readonly string[]) => list.length > 0 || AWAITED.includes(type));
  });
  it('names each type once', () => { expect(new Set(AUDIT_TYPES).size).toBe(AUDIT_TYPES.length); });
});
