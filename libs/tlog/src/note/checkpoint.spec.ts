import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRoot } from '../merkle/index.ts';
import { base64, formatCheckpoint, parseCheckpoint } from './index.ts';

const SPEC = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const ROOT = base64(emptyRoot());
const codeOf = (text: unknown): string => { const result = parseCheckpoint(text as string); return result.ok ? 'ok' : result.error.code; };

describe('a checkpoint', () => {
  it('is read as the spec’s example says', () => {
    expect(parseCheckpoint(SPEC)).toMatchObject({ ok: true, value: { origin: 'example.com/behind-the-sofa', size: 20_852_163n, extensions: [] } });
    const signed = `${SPEC}\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n`;
    expect(parseCheckpoint(signed)).toEqual(parseCheckpoint(SPEC));
    expect(parseCheckpoint(new TextEncoder().encode(signed))).toEqual(parseCheckpoint(SPEC));
  });
  it.each([
    { reason: 'of an empty tree', text: `o\n0\n${ROOT}\n`, code: 'ok' },
    { reason: 'with extension lines', text: `o\n0\n${ROOT}\na\nb c\n`, code: 'ok' },
    { reason: 'of the largest size', text: `o\n9223372036854775807\n${ROOT}\n`, code: 'ok' },
    { reason: 'one larger', text: `o\n9223372036854775808\n${ROOT}\n`, code: 'CHECKPOINT_SIZE' },
    { reason: 'of 20 digits', text: `o\n18446744073709551616\n${ROOT}\n`, code: 'CHECKPOINT_SIZE' },
    { reason: 'a leading zero', text: `o\n01\n${ROOT}\n`, code: 'CHECKPOINT_SIZE' },
    { reason: 'two zeros', text: `o\n00\n${ROOT}\n`, code: 'CHECKPOINT_SIZE' },
    { reason: 'a sign', text: `o\n+1\n${ROOT}\n`, code: 'CHECKPOINT_SIZE' },
    { reason: 'a negative size', text: `o\n-1\n${ROOT}\n`, code: 'CHECKPOINT_SIZE' },
    { reason: 'hexadecimal', text: `o\n0x1\n${ROOT}\n`, code: 'CHECKPOINT_SIZE' },
    { reason: 'a space before the size', text: `o\n 1\n${ROOT}\n`, code: 'CHECKPOINT_SIZE' },
    { reason: 'other digits', text: `o\n١\n${ROOT}\n`, code: 'CHECKPOINT_SIZE' },
    { reason: 'no origin', text: `\n0\n${ROOT}\n`, code: 'CHECKPOINT_ORIGIN' },
    { reason: 'no root', text: 'o\n0\n', code: 'CHECKPOINT_ROOT' },
    { reason: 'a root of 31 bytes', text: `o\n0\n${base64(new Uint8Array(31))}\n`, code: 'CHECKPOINT_ROOT' },
    { reason: 'a root without padding', text: `o\n0\n${ROOT.slice(0, -1)}\n`, code: 'CHECKPOINT_ROOT' },
    { reason: 'a root with bits behind the end', text: `o\n0\n${ROOT.replace('FU=', 'FV=')}\n`, code: 'CHECKPOINT_ROOT' },
    { reason: 'a root of the URL alphabet', text: `o\n0\n${ROOT.replace('+', '-')}\n`, code: 'CHECKPOINT_ROOT' },
    { reason: 'CRLF', text: `o\r\n0\r\n${ROOT}\r\n`, code: 'CHECKPOINT_TEXT' },
    { reason: 'no final newline', text: `o\n0\n${ROOT}`, code: 'CHECKPOINT_TEXT' },
    { reason: 'an empty extension line at the end', text: `o\n0\n${ROOT}\n\n`, code: 'NOTE_NO_SIGNATURES' },
    { reason: 'an empty extension line in a signed note', text: `o\n0\n${ROOT}\nx\n\ny\n\n— o AAAAAAA=\n`, code: 'CHECKPOINT_EXTENSION' },
    { reason: 'nothing', text: '', code: 'CHECKPOINT_TEXT' },
    { reason: 'no text', text: undefined, code: 'CHECKPOINT_TEXT' },
    { reason: 'a number', text: 3, code: 'CHECKPOINT_TEXT' },
    { reason: 'half a letter', text: `\ud800\n0\n${ROOT}\n`, code: 'CHECKPOINT_TEXT' },
  ])('$reason: $code', ({ text, code }) => { expect(codeOf(text)).toBe(code); });
  it('what is written is what is read', () => {
    const some = fc.record({ origin: fc.constantFrom('o', 'audit.example.fr/t/é'), size: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), root: fc.uint8Array({ minLength: 32, maxLength: 32 }), extensions: fc.array(fc.constantFrom('x', 'y z'), { maxLength: 2 }) });
    fc.assert(fc.property(some, checkpoint => { expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual({ ok: true, value: checkpoint }); }));
  });
  it.each([
    { reason: 'an origin of two lines', origin: 'a\nb', size: 0n },
    { reason: 'no origin', origin: '', size: 0n },
    { reason: 'a size of 2^63', origin: 'a', size: 2n ** 63n },
    { reason: 'a negative size', origin: 'a', size: -1n },
  ])('what cannot be read is not written: $reason', ({ origin, size }) => { expect(() => formatCheckpoint({ origin, size, root: emptyRoot() })).toThrow(RangeError); });
});
