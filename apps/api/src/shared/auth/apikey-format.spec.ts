import { describe, expect, it } from 'vitest';
import { digestOf, looksLikeApiKey, makeApiKey, prefixOf } from './apikey-format.ts';

const BODY = `cad_test_${'0'.repeat(43)}`;

describe('the form of an API key', () => {
  it('is cad_, the environment, 43 digits of 256 random bits and 6 of a checksum', () => {
    const key = makeApiKey('development');
    expect(key).toMatch(/^cad_development_[0-9A-Za-z]{49}$/);
    expect(looksLikeApiKey(key)).toBe(true);
    expect(makeApiKey('development')).not.toBe(key);
  });

  it('has 43 digits even when the random number begins with zeros: 1,000 keys, all of one length', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => makeApiKey('test').length))).toEqual(new Set([58]));
  });

  it('notices each single wrong character', () => {
    const key = makeApiKey('test');
    const wrong = Array.from(key, (c, i) => key.slice(0, i) + (c === 'a' ? 'b' : 'a') + key.slice(i + 1));
    expect(wrong.filter(looksLikeApiKey)).toEqual([]);
  });

  it.each([
    ['two neighbours exchanged', (k: string) => k.slice(0, 20) + k.charAt(21) + k.charAt(20) + k.slice(22)],
    ['one character less', (k: string) => k.slice(0, -1)],
    ['one character more', (k: string) => `${k}0`],
    ['another environment', (k: string) => k.replace('_test_', '_production_')],
    ['a line end behind it', (k: string) => `${k}\n`],
    ['nothing', () => ''],
  ])('refuses %s', (_case, change) => {
    let key = makeApiKey('test');
    while (key.charAt(20) === key.charAt(21)) key = makeApiKey('test');
    expect(looksLikeApiKey(change(key))).toBe(false);
  });

  it('has the checksum of the published rule (CRC-32 of all before it, base62, most significant digit first)', () => {
    // Computed by another implementation of CRC-32: a change of the rule would make every issued key invalid.
    expect(looksLikeApiKey(`${BODY}1oJ5XF`)).toBe(true);
  });

  it('is kept as SHA-256 and recognised in lists by its first six characters', () => {
    expect(digestOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const key = makeApiKey('test');
    expect(prefixOf(key)).toBe(key.slice(0, 'cad_test_'.length + 6));
  });
});
