import { createPublicKey, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ed25519Sign, KeyType } from './index.ts';
import { COSIGNATURE, ED25519, base64, cosign, cosignatureBlob, formatNote, formatSignature, formatVkey, fromBase64, parseCosignature, parseNote, parseVkey, signText, verifierKey, verifierOf, verifyNote } from './index.ts';

const signer = (n: number): { readonly publicKey: Uint8Array; readonly sign: Ed25519Sign } => {
  const secret = new Uint8Array(32).fill(n);
  return { publicKey: ed25519.getPublicKey(secret), sign: message => ed25519.sign(message, secret) };
};
const keyOf = (name: string, n: number, type: KeyType = ED25519) => verifierKey(name, type, signer(n).publicKey);
const TEXT = 'audit.example.fr\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';
const log = keyOf('audit.example.fr', 1);
const witness = keyOf('w1.example', 2, COSIGNATURE);
const line = signText(log, TEXT, signer(1).sign);
const coline = cosign(witness, TEXT, 1_679_315_147n, signer(2).sign);
const NOTE = formatNote({ text: TEXT, signatures: [line] });
const codeOf = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }): string => (result.ok ? 'ok' : (result.error?.code ?? ''));

// C2SP signed-note and tlog-cosignature, their examples.
const SPEC_VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const SPEC_NOTE = 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
const SPEC_POEM = 'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';

describe('the examples of the spec', () => {
  it('the note verifies under its key', () => {
    const key = parseVkey(SPEC_VKEY);
    expect(key.ok && formatVkey(key.value)).toBe(SPEC_VKEY);
    const verified = key.ok ? verifyNote(SPEC_NOTE, [verifierOf(key.value)]) : key;
    expect(verified).toMatchObject({ ok: true, value: { text: 'This is an example message.\n', verified: [{ name: 'example.com/foo', keyId: '530d903a' }], ignored: [] } });
  });
  it('the text ends at the last empty line', () => {
    expect(parseNote(SPEC_POEM)).toMatchObject({ ok: true, value: { text: 'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n', signatures: [{ name: 'quasimodo.example/salvatore' }] } });
  });
});

describe('parsing a note', () => {
  const many = (n: number): string => `${TEXT}\n${formatSignature(line).repeat(n)}`;
  const [head = '', sig = ''] = NOTE.split('— audit.example.fr ');
  const b64 = sig.trimEnd();
  it.each([
    { reason: 'as it was written', note: NOTE, code: 'ok' },
    { reason: 'CRLF', note: NOTE.replaceAll('\n', '\r\n'), code: 'NOTE_CONTROL' },
    { reason: 'one CR', note: NOTE.replace('fr\n', 'fr\r\n'), code: 'NOTE_CONTROL' },
    { reason: 'a tab', note: NOTE.replace('.fr', '\tfr'), code: 'NOTE_CONTROL' },
    { reason: 'an escape', note: NOTE.replace('.fr', '\u001b[31m'), code: 'NOTE_CONTROL' },
    { reason: 'a NUL', note: NOTE.replace('.fr', '\u0000'), code: 'NOTE_CONTROL' },
    { reason: 'DEL, which the spec allows', note: NOTE.replace('.fr', '\u007f'), code: 'ok' },
    { reason: 'no final newline', note: NOTE.slice(0, -1), code: 'NOTE_NO_FINAL_NEWLINE' },
    { reason: 'no empty line', note: NOTE.replace('\n\n', '\n'), code: 'NOTE_NO_SIGNATURES' },
    { reason: 'no signature', note: `${TEXT}\n`, code: 'NOTE_NO_SIGNATURES' },
    { reason: 'nothing', note: '', code: 'NOTE_NO_FINAL_NEWLINE' },
    { reason: 'only newlines', note: '\n\n\n', code: 'NOTE_NO_SIGNATURES' },
    { reason: 'a text of one empty line', note: `\n\n${formatSignature(line)}`, code: 'ok' },
    { reason: 'a hyphen for the em dash', note: NOTE.replace('—', '-'), code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'two spaces', note: NOTE.replace('— ', '—  '), code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'a space at the end', note: NOTE.replace(/\n$/, ' \n'), code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'no name', note: `${head}— ${b64}\n`, code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'an empty name', note: `${head}—  ${b64}\n`, code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'a plus in the name', note: `${head}— a+b ${b64}\n`, code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'a no-break space in the name', note: `${head}— a\u00a0b ${b64}\n`, code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'a line separator in the name', note: `${head}— a\u2028b ${b64}\n`, code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'NEL in the name', note: `${head}— a\u0085b ${b64}\n`, code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'a letter outside ASCII in the name', note: `${head}— é ${b64}\n`, code: 'ok' },
    { reason: 'base64 without padding', note: NOTE.replace(/=*\n$/, '\n'), code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'base64 of the URL alphabet', note: `${head}— a __${b64.slice(2)}\n`, code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'base64 with bits behind the end', note: `${head}— a AAAAAAB=\n`, code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'a key id and nothing else', note: `${head}— a AAAAAA==\n`, code: 'NOTE_SIGNATURE_LINE' },
    { reason: 'a key id and one byte', note: `${head}— a AAAAAAA=\n`, code: 'ok' },
    { reason: 'a malformed line of an unknown key among good ones', note: `${NOTE}— other !\n`, code: 'NOTE_SIGNATURE_LINE' },
    { reason: '100 signatures', note: many(100), code: 'ok' },
    { reason: '101 signatures', note: many(101), code: 'NOTE_TOO_MANY_SIGNATURES' },
    { reason: 'a mebibyte and one', note: 'x'.repeat(1_048_577), code: 'NOTE_TOO_LONG' },
    { reason: 'a mebibyte and two in fewer letters', note: 'é'.repeat(524_289), code: 'NOTE_TOO_LONG' },
    { reason: 'a lone surrogate', note: NOTE.replace('.fr', '\ud800'), code: 'NOTE_UTF8' },
    { reason: 'a byte order mark, which is text', note: `\ufeff${NOTE}`, code: 'ok' },
  ])('$reason: $code', ({ note, code }) => {
    expect(codeOf(parseNote(note))).toBe(code);
    if (note.isWellFormed()) expect(parseNote(new TextEncoder().encode(note))).toEqual(parseNote(note));
  });
  it.each([
    { reason: 'an overlong slash', bytes: [0xc0, 0xaf] },
    { reason: 'a surrogate', bytes: [0xed, 0xa0, 0x80] },
    { reason: 'a cut sequence', bytes: [0xe2, 0x80] },
    { reason: 'Latin-1', bytes: [0xe9] },
  ])('bytes that are not UTF-8: $reason', ({ bytes }) => { expect(codeOf(parseNote(Uint8Array.of(...bytes, ...new TextEncoder().encode(NOTE))))).toBe('NOTE_UTF8'); });
  it.each([undefined, null, 7, {}, [], ['a\n\n— b c\n']])('what is no text: %j', given => { expect(codeOf(parseNote(given as never))).toBe('NOTE_UTF8'); });
  it('names the line', () => {
    expect(parseNote(`${NOTE}— other !\n`)).toMatchObject({ error: { line: 6 } });
    expect(parseNote(NOTE.replace('\n0\n', '\n0\t\n'))).toMatchObject({ error: { line: 2 } });
  });
  it('writing what was read gives the same', () => {
    const notes = fc.record({
      text: fc.string({ unit: 'grapheme' }).filter(t => !/[\u0000-\u0009\u000b-\u001f]/.test(t)).map(t => `${t}\n`),
      signatures: fc.array(fc.record({ name: fc.constantFrom('a', 'é/b', 'w.example/1'), keyId: fc.constantFrom('00000000', 'deadbeef'), signature: fc.uint8Array({ minLength: 1, maxLength: 80 }) }), { minLength: 1, maxLength: 5 }),
    });
    fc.assert(fc.property(notes, note => { expect(parseNote(formatNote(note))).toEqual({ ok: true, value: note }); }));
  });
  it.each([
    { reason: 'a text without final newline', note: { text: 'a', signatures: [line] } },
    { reason: 'a text with a CR', note: { text: 'a\r\n', signatures: [line] } },
    { reason: 'a text with half a letter', note: { text: '\ud800\n', signatures: [line] } },
    { reason: 'no signature', note: { text: 'a\n', signatures: [] } },
    { reason: 'a name with a space', note: { text: 'a\n', signatures: [{ ...line, name: 'a b' }] } },
    { reason: 'an id of 3 bytes', note: { text: 'a\n', signatures: [{ ...line, keyId: '000000' }] } },
  ])('what cannot be read is not written: $reason', ({ note }) => { expect(() => formatNote(note)).toThrow(RangeError); });
});

const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));

describe('verifying a note', () => {
  const known = [verifierOf(log), verifierOf(witness)];
  const note = (...signatures: readonly (typeof line)[]): string => formatNote({ text: TEXT, signatures });
  const stranger = signText(keyOf('stranger.example', 3), TEXT, signer(3).sign);
  const bad = { ...line, signature: flipped(line.signature) };
  it.each([
    { reason: 'signed by a known key', note: note(line), code: 'ok', verified: 1, ignored: 0 },
    { reason: 'and by an unknown one', note: note(stranger, line), code: 'ok', verified: 1, ignored: 1 },
    { reason: 'by an unknown one alone', note: note(stranger), code: 'NOTE_UNSIGNED' },
    { reason: 'a known key fails', note: note(bad), code: 'NOTE_BAD_SIGNATURE' },
    { reason: 'a known key fails beside a good one of another', note: note(coline, bad), code: 'NOTE_BAD_SIGNATURE' },
    { reason: 'the same line twice', note: note(line, line), code: 'ok', verified: 1, ignored: 0 },
    { reason: 'a good line, then a bad one of the same key', note: note(line, bad), code: 'NOTE_BAD_SIGNATURE' },
    { reason: 'a bad line, then a good one of the same key', note: note(bad, line), code: 'NOTE_BAD_SIGNATURE' },
    { reason: 'a known name under another id is unknown', note: note(line, { ...bad, keyId: '00000000' }), code: 'ok', verified: 1, ignored: 1 },
    { reason: 'a known id under another name is unknown', note: note(line, { ...bad, name: 'other.example' }), code: 'ok', verified: 1, ignored: 1 },
    { reason: 'log and witness', note: note(line, coline), code: 'ok', verified: 2, ignored: 0 },
    { reason: 'two cosignatures of one witness at two times count once', note: note(coline, cosign(witness, TEXT, 5n, signer(2).sign)), code: 'ok', verified: 1, ignored: 0 },
    { reason: 'a cosignature whose time was changed', note: note({ ...coline, signature: coline.signature.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) }), code: 'NOTE_BAD_SIGNATURE' },
    { reason: 'a plain signature under a witness’ key', note: note({ ...coline, signature: signer(2).sign(new TextEncoder().encode(TEXT)) }), code: 'NOTE_BAD_SIGNATURE' },
    { reason: 'a text that was changed', note: note(line).replace('\n0\n', '\n1\n'), code: 'NOTE_BAD_SIGNATURE' },
    { reason: 'malformed', note: 'x', code: 'NOTE_NO_FINAL_NEWLINE' },
  ])('$reason: $code', ({ note: given, code, verified, ignored }) => {
    const result = verifyNote(given, known);
    expect(codeOf(result)).toBe(code);
    if (result.ok) expect([result.value.verified.length, result.value.ignored.length]).toEqual([verified, ignored]);
  });
  it('two keys of one name and id cannot be told apart', () => { expect(codeOf(verifyNote(note(line), [verifierOf(log), verifierOf(log)]))).toBe('NOTE_AMBIGUOUS_KEY'); });
  it('without any key nothing is signed', () => { expect(codeOf(verifyNote(note(line), []))).toBe('NOTE_UNSIGNED'); });
  it('node:crypto can do the arithmetic', () => {
    const asked: number[] = [];
    const node = verifierOf(log, (publicKey, message, signature) => {
      asked.push(message.length);
      return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') }, format: 'jwk' }), signature);
    });
    expect([codeOf(verifyNote(note(line), [node])), codeOf(verifyNote(note(bad), [node])), asked.length]).toEqual(['ok', 'NOTE_BAD_SIGNATURE', 2]);
  });
});

describe('a verifier key', () => {
  const vkey = formatVkey(log);
  const { name, keyId: id } = log;
  const key = vkey.slice(`${name}+${id}+`.length);
  it('comes back, of both types', () => {
    for (const k of [log, witness]) expect(parseVkey(formatVkey(k))).toEqual({ ok: true, value: k });
    expect(keyOf('a', 1).keyId).not.toBe(keyOf('a', 1, COSIGNATURE).keyId);
  });
  it.each([
    { reason: 'no name', text: `+${id}+${key}`, code: 'VKEY_NAME' },
    { reason: 'a space in the name', text: `a b+${id}+${key}`, code: 'VKEY_NAME' },
    { reason: 'an id in capitals', text: `${name}+${id.toUpperCase()}+${key}`, code: 'VKEY_ID' },
    { reason: 'an id of 7 digits', text: `${name}+${id.slice(1)}+${key}`, code: 'VKEY_ID' },
    { reason: 'the id of another key', text: `${name}+${witness.keyId}+${key}`, code: 'VKEY_WRONG_ID' },
    { reason: 'another name for the id', text: `x${name}+${id}+${key}`, code: 'VKEY_WRONG_ID' },
    { reason: 'two parts', text: `${name}+${id}`, code: 'VKEY_SHAPE' },
    { reason: 'a newline at the end', text: `${vkey}\n`, code: 'VKEY_SHAPE' },
    { reason: 'no key', text: `${name}+${id}+`, code: 'VKEY_KEY' },
    { reason: 'a key that is no base64', text: `${name}+${id}+${key.slice(0, -1)}`, code: 'VKEY_KEY' },
    { reason: 'a key of 31 bytes', text: `${name}+${id}+${base64(Uint8Array.of(1, ...new Uint8Array(31)))}`, code: 'VKEY_KEY' },
    { reason: 'ECDSA', text: `${name}+${id}+${base64(Uint8Array.of(2, ...new Uint8Array(32)))}`, code: 'VKEY_TYPE' },
  ])('refused: $reason', ({ text, code }) => { expect(codeOf(parseVkey(text))).toBe(code); });
});

describe('base64 has one spelling', () => {
  it('and comes back', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(base64(bytes))).toEqual(bytes);
    }));
  });
  it('any text that is read is the one that is written', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'ABCDab01+/=-_ \n'.split('')) }), text => { const read = fromBase64(text); if (read !== undefined) expect(base64(read)).toBe(text); }), { numRuns: 2_000 });
  });
  it.each(['A', 'AA', 'AAA', 'AAAA=', '====', 'A===', 'AB==', 'AAB=', 'AA=A', 'AA==AAAA', 'AA-_', ' AAA', 'AAA\n', 'AAAA\n'])('not %j', text => { expect(fromBase64(text)).toBeUndefined(); });
});

describe('a cosignature', () => {
  it('has a time below 2^63 and 64 bytes', () => {
    expect(parseCosignature(cosignatureBlob(2n ** 63n - 1n, new Uint8Array(64)))?.time).toBe(2n ** 63n - 1n);
    expect(parseCosignature(new Uint8Array(72).fill(0x80))).toBeUndefined();
    expect(parseCosignature(new Uint8Array(71))).toBeUndefined();
    expect(() => cosignatureBlob(2n ** 63n, new Uint8Array(64))).toThrow(RangeError);
    expect(() => cosignatureBlob(1n, new Uint8Array(63))).toThrow(RangeError);
  });
});
