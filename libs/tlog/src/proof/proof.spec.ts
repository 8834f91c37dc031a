import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { inclusionProof, leafHash, rootOf } from '../merkle/index.ts';
import { COSIGNATURE, ED25519, base64, cosign, formatCheckpoint, formatNote, formatVkey, signText, verifierKey } from '../note/index.ts';
import { parsePolicy } from '../policy/index.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './index.ts';

const secretOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const sign = (n: number) => (message: Uint8Array): Uint8Array => ed25519.sign(message, secretOf(n));
const log = verifierKey('audit.example.fr', ED25519, ed25519.getPublicKey(secretOf(1)));
const witness = verifierKey('w.example', COSIGNATURE, ed25519.getPublicKey(secretOf(2)));
const leaves = Array.from({ length: 11 }, (_, i) => leafHash(Uint8Array.of(i)));
const TEXT = formatCheckpoint({ origin: log.name, size: 11n, root: rootOf(leaves) });
const alone = formatNote({ text: TEXT, signatures: [signText(log, TEXT, sign(1))] });
const checkpoint = formatNote({ text: TEXT, signatures: [signText(log, TEXT, sign(1)), cosign(witness, TEXT, 1n, sign(2))] });
const parsed = parsePolicy(`log ${formatVkey(log)}\nwitness W ${formatVkey(witness)}\nquorum W\n`);
if (!parsed.ok) throw new Error(parsed.error.because);
const policy = parsed.value;

const proof = { extra: undefined, index: 6n, hashes: inclusionProof(leaves, 6n), checkpoint };
const FILE = formatTlogProof(proof);
const codeOf = (result: { readonly ok: boolean; readonly error?: { readonly code: string } }): string => (result.ok ? 'ok' : (result.error?.code ?? ''));

describe('a tlog-proof', () => {
  it('comes back, with and without extra data', () => {
    for (const extra of [undefined, Uint8Array.of(1, 2)]) {
      expect(parseTlogProof(formatTlogProof({ ...proof, extra }))).toEqual({ ok: true, value: { ...proof, extra } });
      expect(parseTlogProof(new TextEncoder().encode(formatTlogProof({ ...proof, extra })))).toEqual({ ok: true, value: { ...proof, extra } });
    }
    expect(FILE.split('\n').slice(0, 3)).toEqual(['c2sp.org/tlog-proof@v1', 'index 6', base64(proof.hashes[0]!)]);
  });
  it.each([
    { reason: 'another version', file: FILE.replace('@v1', '@v2'), code: 'PROOF_HEADER' },
    { reason: 'CRLF', file: FILE.replaceAll('\n', '\r\n'), code: 'PROOF_CHECKPOINT' },
    { reason: 'a CR in the head', file: FILE.replace('v1\n', 'v1\r\n'), code: 'PROOF_HEADER' },
    { reason: 'no index', file: FILE.replace('index 6\n', ''), code: 'PROOF_INDEX' },
    { reason: 'a leading zero', file: FILE.replace('index 6', 'index 06'), code: 'PROOF_INDEX' },
    { reason: 'an index of 2^63', file: FILE.replace('index 6', 'index 9223372036854775808'), code: 'PROOF_INDEX' },
    { reason: 'extra data of nothing', file: FILE.replace('index', 'extra \nindex'), code: 'PROOF_EXTRA' },
    { reason: 'extra data that are no base64', file: FILE.replace('index', 'extra A\nindex'), code: 'PROOF_EXTRA' },
    { reason: 'extra data after the index', file: FILE.replace('index 6\n', 'index 6\nextra AAAA\n'), code: 'PROOF_HASH' },
    { reason: 'a hash of 31 bytes', file: FILE.replace(base64(proof.hashes[0]!), base64(new Uint8Array(31))), code: 'PROOF_HASH' },
    { reason: '64 hashes', file: FILE.replace('index 6\n', `index 6\n${`${base64(leaves[0]!)}\n`.repeat(60)}`), code: 'PROOF_HASH' },
    { reason: 'no empty line', file: FILE.replace('\n\n', '\n'), code: 'PROOF_HASH' },
    { reason: 'no checkpoint', file: FILE.slice(0, FILE.indexOf('\n\n') + 2), code: 'NOTE_NO_FINAL_NEWLINE' },
    { reason: 'nothing', file: '', code: 'PROOF_CHECKPOINT' },
    { reason: 'no text', file: undefined, code: 'PROOF_TEXT' },
  ])('refused: $reason', ({ file, code }) => { expect(codeOf(parseTlogProof(file as string))).toBe(code); });
  it.each([
    { reason: 'extra data of nothing', bad: { ...proof, extra: new Uint8Array(0) } },
    { reason: 'an index below 0', bad: { ...proof, index: -1n } },
    { reason: '64 hashes', bad: { ...proof, hashes: Array(64).fill(leaves[0]) as Uint8Array[] } },
    { reason: 'a checkpoint without signature', bad: { ...proof, checkpoint: TEXT } },
  ])('not written: $reason', ({ bad }) => { expect(() => formatTlogProof(bad)).toThrow(RangeError); });

  it.each([
    { reason: 'as it should be', file: FILE, leaf: leaves[6]!, code: 'ok' },
    { reason: 'another entry', file: FILE, leaf: leaves[5]!, code: 'PROOF_NOT_INCLUDED' },
    { reason: 'another index', file: FILE.replace('index 6', 'index 5'), leaf: leaves[6]!, code: 'PROOF_NOT_INCLUDED' },
    { reason: 'a hash missing', file: formatTlogProof({ ...proof, hashes: proof.hashes.slice(1) }), leaf: leaves[6]!, code: 'PROOF_NOT_INCLUDED' },
    { reason: 'no witness', file: formatTlogProof({ ...proof, checkpoint: alone }), leaf: leaves[6]!, code: 'PROOF_NO_QUORUM' },
    { reason: 'another log', file: formatTlogProof({ ...proof, checkpoint: checkpoint.replace('audit.example.fr\n', 'audit.example.org\n') }), leaf: leaves[6]!, code: 'POLICY_UNKNOWN_LOG' },
    { reason: 'a checkpoint that was changed', file: formatTlogProof({ ...proof, checkpoint: checkpoint.replace('\n11\n', '\n12\n') }), leaf: leaves[6]!, code: 'NOTE_BAD_SIGNATURE' },
    { reason: 'what is no proof', file: 'x\n\n', leaf: leaves[6]!, code: 'PROOF_HEADER' },
    { reason: 'what is no hash', file: FILE, leaf: 'x' as never, code: 'PROOF_NOT_INCLUDED' },
  ])('verified, $reason: $code', ({ file, leaf, code }) => { expect(codeOf(verifyTlogProof(file, leaf, policy))).toBe(code); });
});
