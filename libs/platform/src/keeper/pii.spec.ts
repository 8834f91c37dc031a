import { describe, expect, it } from 'vitest';
import { openValue, sealValue, subjectKey } from './index.ts';

const one = subjectKey(Buffer.alloc(32, 1));
const two = subjectKey(Buffer.alloc(32, 2));
const ID = 'audit_01h455vb4pex5vsknk084sn02q';
const LOG = 'audit.test/provider';
const seal = (value: string) => sealValue(one, ID, LOG, 'actor.name', value);
const flipped = (text: string, at = 0): string => {
  const bytes = Buffer.from(text, 'base64');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
};

describe('a personal value', () => {
  it.each([['a name', 'Élodie Lefèvre'], ['nothing much', 'a'], ['exactly a block', 'x'.repeat(63)], ['emoji', '👩‍⚕️'.repeat(20)], ['padding in the text itself', '\u0080\0']])('is what it was: %s', (_, value) => {
    expect(openValue(one, ID, LOG, 'actor.name', seal(value))).toBe(value.normalize('NFC'));
  });

  it('is cut when it is long, at a character, and fits into a text of an event', () => {
    const sealed = seal('é'.repeat(400));
    expect(openValue(one, ID, LOG, 'actor.name', sealed)).toBe(`${'é'.repeat(187)}…`);
    expect(sealed.ct.length).toBeLessThanOrEqual(512);
  });

  it('does not tell by its length how long it is', () => {
    expect(new Set(['1.2.3.4', '192.168.100.200', 'fe80::1ff:fe23:4567:890a'].map(v => seal(v).ct.length)).size).toBe(1);
  });

  it('is never sealed alike twice', () => {
    expect(seal('x').ct).not.toBe(seal('x').ct);
  });

  it.each<readonly [string, () => string | undefined]>([
    ['another event', () => openValue(one, 'audit_01h455vb4pex5vsknk084sn02r', LOG, 'actor.name', seal('x'))],
    ['another log', () => openValue(one, ID, 'audit.test/t/organisation_01h455vb4pex5vsknk084sn02q', 'actor.name', seal('x'))],
    ['another path', () => openValue(one, ID, LOG, 'actor.email', seal('x'))],
    ['another person', () => openValue(two, ID, LOG, 'actor.name', seal('x'))],
    ['another person, with a commitment to match', () => openValue(two, ID, LOG, 'actor.name', { ...seal('x'), kc: sealValue(two, ID, LOG, 'actor.name', 'x').kc })],
    ['its commitment changed', () => { const s = seal('x'); return openValue(one, ID, LOG, 'actor.name', { ...s, kc: flipped(s.kc) }); }],
    ['a bit flipped', () => { const s = seal('x'); return openValue(one, ID, LOG, 'actor.name', { ...s, ct: flipped(s.ct) }); }],
    ['a tag cut short', () => { const s = seal('x'); return openValue(one, ID, LOG, 'actor.name', { ...s, tag: Buffer.from(s.tag, 'base64').subarray(0, 4).toString('base64') }); }],
    ['no base64 at all', () => openValue(one, ID, LOG, 'actor.name', { ct: '!', iv: '!', tag: '!', kid: one.kid, kc: seal('x').kc })],
  ])('opens to nothing under %s', (_, opened) => {
    expect(opened()).toBeUndefined();
  });

  it('names its key by an id that follows from the key', () => {
    expect([one.kid, two.kid]).toEqual([expect.stringMatching(/^[\w-]{22}$/), expect.stringMatching(/^[\w-]{22}$/)]);
    expect(one.kid).not.toBe(two.kid);
    expect(subjectKey(Buffer.alloc(32, 1)).kid).toBe(one.kid);
  });
});
