import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActContext, AuditFact } from '@cadastre/domain/audit';
import type { AuditId, OrganisationId } from '@cadastre/domain/core';
import { canonical, leafOf, MAX_LEAF_BYTES } from './leaf.ts';

const act: ActContext = {
  actor: { kind: 'user', id: 'subject', directory: 'tenant', roles: ['ENGINEER'], auth: { method: 'oidc' } }, authz: { decision: 'allow', policy: 'p@1', rule: 'engineer' },
  source: { interface: 'tenant-door', host: 'h', version: '1' }, request: { id: 'r', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }, at: '2026-11-24T10:00:00.000Z',
};
const fact: AuditFact = { type: 'compute.instance.create', phase: 'completed', outcome: 'success', tenant: 'organisation_x' as OrganisationId, target: { kind: 'instance', id: 'instance_x' } };
const context = { id: 'audit_x' as AuditId, origin: 'audit.example', clock: { synced: true, offsetMs: 2, source: 'chrony' } };

describe('canonical()', () => {
  it.each([
    { reason: 'keys in code unit order', value: { b: 1, a: 2, '\u20ac': 3, A: 4 }, text: '{"A":4,"a":2,"b":1,"€":3}' },
    { reason: 'undefined is absent, null is not', value: { a: undefined, b: null }, text: '{"b":null}' },
    { reason: 'NFC', value: 'e\u0301', text: '"é"' },
    { reason: 'every control character and line end escaped', value: '\u0000\n\u007f\u0085\u2028', text: '"\\u0000\\n\\u007f\\u0085\\u2028"' },
    { reason: 'quote and backslash', value: '"\\', text: '"\\"\\\\"' },
    { reason: 'half a pair is replaced', value: '\ud800', text: '"\ufffd"' },
    { reason: 'no minus zero', value: -0, text: '0' },
  ])('$reason', ({ value, text }) => {
    expect(canonical(value)).toBe(text);
  });
  it.each([1.5, Number.NaN, 2 ** 53, Infinity])('refuses %s: integers only', value => {
    expect(() => canonical({ value })).toThrow('integer');
  });
  it('is one line of JSON with the same value, whatever the key order', () => {
    const json = fc.letrec(tie => ({
      value: fc.oneof({ maxDepth: 3 }, fc.string({ unit: 'grapheme', maxLength: 40 }).map(t => t.normalize('NFC')), fc.maxSafeInteger(), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 8 }).map(t => `k${t}`), tie('value'), { maxKeys: 5, noNullPrototype: true })),
    })).value;
    fc.assert(
      fc.property(json, value => {
        const text = canonical(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value, (_, v: unknown) => (Object.is(v, -0) ? 0 : v))));
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        const turned = (v: unknown): unknown => (v !== null && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).reverse().map(([k, x]) => [k, turned(x)])) : v);
        expect(canonical(turned(value))).toBe(text);
      }),
    );
  });
});

describe('leafOf()', () => {
  it('has the fields of the event, with its log, and the digest of its bytes', () => {
    const { text, digest } = leafOf(fact, act, context);
    expect(text).toBe(
      '{"actor":{"auth":{"method":"oidc"},"directory":"tenant","id":"subject","kind":"user","roles":["ENGINEER"]},"authz":{"decision":"allow","policy":"p@1","rule":"engineer"},"class":"lifecycle",' +
        '"clock":{"offset_ms":2,"source":"chrony","synced":true},"id":"audit_x","legal":"SecNumCloud-3.2:12.6","log":"audit.example/t/organisation_x","outcome":"success","phase":"completed",' +
        '"request":{"id":"r","span":"b7ad6b7169203331","trace":"0af7651916cd43dd8448eb211c80319c"},"retention":"lifecycle","source":{"host":"h","interface":"tenant-door","version":"1"},' +
        '"target":{"id":"instance_x","kind":"instance"},"tenant":"organisation_x","time":"2026-11-24T10:00:00.000Z","type":"compute.instance.create","v":1}',
    );
    expect(digest).toBe(createHash('sha256').update(text).digest('hex'));
  });
  it('cuts long texts so that the event is still written', () => {
    expect(JSON.parse(leafOf({ ...fact, target: { kind: 'k', id: '😀'.repeat(2000) } }, act, context).text)).toMatchObject({ target: { id: expect.stringMatching(/…$/u) as string } });
  });
  it(`refuses more than ${String(MAX_LEAF_BYTES)} bytes`, () => {
    const change = Array.from({ length: 400 }, (_, i) => ({ path: `p${String(i)}`, to: 'x'.repeat(50) }));
    expect(() => leafOf({ ...fact, change }, act, context)).toThrow('16384');
  });
});
