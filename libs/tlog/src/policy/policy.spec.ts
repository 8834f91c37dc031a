import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyType, NoteSignature } from '../note/index.ts';
import { COSIGNATURE, ED25519, cosign, formatCheckpoint, formatNote, formatVkey, signText, verifierKey } from '../note/index.ts';
import { emptyRoot } from '../merkle/index.ts';
import { judgeCheckpoint, parsePolicy, parseTrust, quorumHolds } from './index.ts';
import type { Policy, Quorum } from './index.ts';

const secretOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const keyOf = (name: string, n: number, type: KeyType) => verifierKey(name, type, ed25519.getPublicKey(secretOf(n)));
const sign = (n: number) => (message: Uint8Array): Uint8Array => ed25519.sign(message, secretOf(n));
const LOG = formatVkey(keyOf('audit.example.fr', 1, ED25519));
const vkey = (n: number): string => formatVkey(keyOf(`w${String(n)}.example`, n, COSIGNATURE));
const text = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
const [W2, W3, W4] = [2, 3, 4].map(n => `witness W${String(n)} ${vkey(n)}`) as [string, string, string];
const said = (result: ReturnType<typeof parsePolicy>): string => (result.ok ? 'ok' : `${result.error.code} ${String(result.error.line ?? '-')}`);
const policyOf = (...lines: readonly string[]): Policy => {
  const policy = parsePolicy(text(...lines));
  if (!policy.ok) throw new Error(policy.error.because);
  return policy.value;
};

describe('a policy file', () => {
  it.each([
    { reason: 'the least', file: text('quorum none'), result: 'ok' },
    { reason: 'two of three', file: text(`log ${LOG}`, W2, W3, W4, 'group G 2 W2 W3 W4', 'quorum G'), result: 'ok' },
    { reason: 'a single witness', file: text(W2, 'quorum W2'), result: 'ok' },
    { reason: 'URLs, comments, blanks, tabs', file: text('# ours', '', ' \t', `\tlog  ${LOG}\thttps://a.example/ `, '   # more', `${W2} https://w.example`, 'quorum W2'), result: 'ok' },
    { reason: 'a comment in Latin-1', file: Uint8Array.of(0x23, 0xe9, 0x0a, ...new TextEncoder().encode(text('quorum none'))), result: 'ok' },
    { reason: 'a name in Latin-1', file: Uint8Array.of(...new TextEncoder().encode('group '), 0xe9, ...new TextEncoder().encode(' any x\n')), result: 'POLICY_TEXT 1' },
    { reason: 'a name that is not ASCII', file: text(`witness témoin ${vkey(2)}`, 'quorum témoin'), result: 'ok' },
    { reason: 'CRLF', file: 'quorum none\r\n', result: 'POLICY_CONTROL 1' },
    { reason: 'a form feed', file: text('# a\fb', 'quorum none'), result: 'POLICY_CONTROL 1' },
    { reason: 'DEL', file: text('quorum none', '# \u007f'), result: 'POLICY_CONTROL 2' },
    { reason: 'a last line that was cut', file: text('quorum none').slice(0, -1), result: 'POLICY_NO_FINAL_NEWLINE 1' },
    { reason: 'nothing', file: '', result: 'POLICY_NO_QUORUM -' },
    { reason: 'no quorum', file: text(W2), result: 'POLICY_NO_QUORUM -' },
    { reason: 'two quorums', file: text('quorum none', W2, 'quorum W2'), result: 'POLICY_TWO_QUORUMS 3' },
    { reason: 'a quorum of two names', file: text(W2, W3, 'quorum W2 W3'), result: 'POLICY_ARITY 3' },
    { reason: 'a quorum named afterwards', file: text('quorum W2', W2), result: 'POLICY_UNKNOWN_NAME 1' },
    { reason: 'a member named afterwards', file: text(W2, 'group G any W2 W3', W3, 'quorum G'), result: 'POLICY_UNKNOWN_NAME 2' },
    { reason: 'a group of itself', file: text('group G any G', 'quorum G'), result: 'POLICY_UNKNOWN_NAME 1' },
    { reason: 'none as a member', file: text(W2, 'group G any W2 none', 'quorum G'), result: 'POLICY_UNKNOWN_NAME 2' },
    { reason: 'none as a name', file: text(`witness none ${vkey(2)}`, 'quorum none'), result: 'POLICY_NAME 1' },
    { reason: 'a name given twice', file: text(W2, `witness W2 ${vkey(3)}`, 'quorum W2'), result: 'POLICY_NAME 2' },
    { reason: 'a group named like a witness', file: text(W2, 'group W2 any W2', 'quorum W2'), result: 'POLICY_NAME 2' },
    { reason: 'an unknown keyword', file: text('logs x', 'quorum none'), result: 'POLICY_KEYWORD 1' },
    { reason: 'a keyword in capitals', file: text('Quorum none'), result: 'POLICY_KEYWORD 1' },
    { reason: 'a log without key', file: text('log', 'quorum none'), result: 'POLICY_ARITY 1' },
    { reason: 'a log with too many words', file: text(`log ${LOG} https://a b`, 'quorum none'), result: 'POLICY_ARITY 1' },
    { reason: 'a log with a witness’ key', file: text(`log ${vkey(2)}`, 'quorum none'), result: 'POLICY_KEY_TYPE 1' },
    { reason: 'a witness with a log’s key', file: text(`witness W ${LOG}`, 'quorum W'), result: 'POLICY_KEY_TYPE 1' },
    { reason: 'a vkey with a wrong id', file: text(`log x${LOG}`, 'quorum none'), result: 'POLICY_VKEY 1' },
    { reason: 'one log twice', file: text(`log ${LOG}`, `log ${LOG}`, 'quorum none'), result: 'POLICY_SAME_KEY 2' },
    { reason: 'one key under two names of witnesses', file: text(W2, `witness X ${formatVkey(keyOf('other.example', 2, COSIGNATURE))}`, 'group G all W2 X', 'quorum G'), result: 'POLICY_SAME_KEY 2' },
    { reason: 'a member twice in a group', file: text(W2, 'group G 2 W2 W2', 'quorum G'), result: 'POLICY_MEMBER_TWICE 2' },
    { reason: 'a member of two groups', file: text(W2, W3, 'group G any W2', 'group H any W2 W3', 'group I all G H', 'quorum I'), result: 'POLICY_MEMBER_TWICE 4' },
    { reason: 'a group without members', file: text('group G any', 'quorum G'), result: 'POLICY_ARITY 1' },
    { reason: 'none of them', file: text(W2, 'group G 0 W2', 'quorum G'), result: 'POLICY_THRESHOLD 2' },
    { reason: 'more than there are', file: text(W2, 'group G 2 W2', 'quorum G'), result: 'POLICY_THRESHOLD 2' },
    { reason: 'a number with a leading zero', file: text(W2, 'group G 01 W2', 'quorum G'), result: 'POLICY_THRESHOLD 2' },
    { reason: 'a word for a number', file: text(W2, 'group G most W2', 'quorum G'), result: 'POLICY_THRESHOLD 2' },
    { reason: '64 KiB and one', file: `#${'x'.repeat(65_535)}\n`, result: 'POLICY_TOO_LONG -' },
    { reason: 'no text', file: undefined, result: 'POLICY_TEXT -' },
  ])('$reason: $result', ({ file, result }) => { expect(said(parsePolicy(file as string))).toBe(result); });

  it('32 logs, 32 witnesses and 32 groups', () => {
    const many = Array.from({ length: 32 }, (_, i) => i + 100);
    const policy = policyOf(...many.map(n => `log ${formatVkey(keyOf(`l${String(n)}`, n, ED25519))}`), ...many.map(n => `witness W${String(n)} ${vkey(n)}`), ...many.map((n, i) => `group G${String(n)} all W${String(n)}${i === 0 ? '' : ` G${String(n - 1)}`}`), 'quorum G131');
    expect(quorumHolds(policy.quorum, new Set(many.map(n => `W${String(n)}`)))).toBe(true);
    expect(quorumHolds(policy.quorum, new Set(many.slice(1).map(n => `W${String(n)}`)))).toBe(false);
  });

  it.each([
    { reason: 'one log', file: text('# vérité', `log ${LOG}`, W2, 'quorum W2'), result: 'ok' },
    { reason: 'no log', file: text(W2, 'quorum W2'), result: 'POLICY_LOGS -' },
    { reason: 'two logs', file: text(`log ${LOG}`, `log ${formatVkey(keyOf('b', 9, ED25519))}`, 'quorum none'), result: 'POLICY_LOGS -' },
    { reason: 'a log as its own witness', file: text(`log ${LOG}`, `witness W ${formatVkey(keyOf('w', 1, COSIGNATURE))}`, 'quorum W'), result: 'POLICY_SAME_KEY -' },
    { reason: 'a name that is not ASCII', file: text(`log ${LOG}`, `witness témoin ${vkey(2)}`, 'quorum témoin'), result: 'POLICY_NOT_ASCII 2' },
    { reason: 'a witness with a plus', file: text(`log ${LOG}`, `witness a+b ${vkey(2)}`, 'quorum a+b'), result: 'POLICY_NAME 2' },
    { reason: 'a group with a plus, that nobody asks for', file: text(`log ${LOG}`, W2, 'group a+b any W2', 'quorum none'), result: 'POLICY_NAME 3' },
    { reason: 'what no policy is', file: text('x'), result: 'POLICY_KEYWORD 1' },
    { reason: 'a last line without its end', file: text(`log ${LOG}`, 'quorum none').slice(0, -1), result: 'ok' },
    { reason: '64 KiB, the last line without its end', file: text(`log ${LOG}`, 'quorum none', `#${'x'.repeat(65_536)}`).slice(0, 65_536), result: 'ok' },
    { reason: 'nothing', file: '', result: 'POLICY_NO_QUORUM -' },
    { reason: 'a log whose key signs anything', file: text(`log ${formatVkey(verifierKey('audit.example.fr', ED25519, Uint8Array.from({ length: 32 }, (_, i) => Number(i === 0))))}`, 'quorum none'), result: 'POLICY_VKEY 1' },
    { reason: 'a witness whose key is no point', file: text(`log ${LOG}`, `witness W ${formatVkey(verifierKey('w', COSIGNATURE, Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 2 : 0))))}`, 'quorum W'), result: 'POLICY_VKEY 2' },
  ])('as a trust file, $reason: $result', ({ file, result }) => { expect(said(parseTrust(file))).toBe(result); });
});

describe('a quorum', () => {
  // The spec's own: two of X, and any of Y.
  const policy = policyOf(...[11, 12, 13, 21, 22, 23].map(n => `witness N${String(n)} ${vkey(n)}`), 'group X 2 N11 N12 N13', 'group Y any N21 N22 N23', 'group B all X Y', 'quorum B');
  it.each([
    { cosigned: ['N11', 'N12', 'N21'], holds: true },
    { cosigned: ['N11', 'N21', 'N22', 'N23'], holds: false },
    { cosigned: ['N11', 'N12', 'N13'], holds: false },
    { cosigned: [], holds: false },
    { cosigned: ['N11', 'N13', 'N23', 'X'], holds: true },
    { cosigned: ['X', 'Y', 'B'], holds: false },
  ])('$cosigned: $holds', ({ cosigned, holds }) => { expect(quorumHolds(policy.quorum, new Set(cosigned))).toBe(holds); });
  it('never falls when one witness more has signed, and counts each once', () => {
    const leaf = (n: number): Quorum => ({ kind: 'witness', witness: { name: `N${String(n)}`, key: keyOf('w', 2, COSIGNATURE), url: undefined } });
    fc.assert(fc.property(fc.integer({ min: 1, max: 8 }).chain(n => fc.record({ n: fc.constant(n), k: fc.integer({ min: 1, max: n }), who: fc.uniqueArray(fc.integer({ min: 0, max: n - 1 })) })), ({ n, k, who }) => {
      const group: Quorum = { kind: 'group', name: 'G', threshold: k, members: Array.from({ length: n }, (_, i) => leaf(i)) };
      expect(quorumHolds(group, new Set(who.map(i => `N${String(i)}`)))).toBe(who.length >= k);
    }));
  });
});

describe('a checkpoint under a policy', () => {
  const TEXT = formatCheckpoint({ origin: 'audit.example.fr', size: 0n, root: emptyRoot() });
  const policy = policyOf(`log ${LOG}`, W2, W3, W4, 'group G 2 W2 W3 W4', 'quorum G');
  const log = signText(keyOf('audit.example.fr', 1, ED25519), TEXT, sign(1));
  const by = (n: number, time = 100n, name = `w${String(n)}.example`): NoteSignature => cosign(keyOf(name, n, COSIGNATURE), TEXT, time, sign(n));
  const broken = (line: NoteSignature): NoteSignature => ({ ...line, signature: line.signature.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) });
  const judged = (signatures: readonly NoteSignature[], body = TEXT): string => {
    const result = judgeCheckpoint(policy, formatNote({ text: body, signatures }));
    return result.ok ? `${result.value.quorum ? 'quorum' : 'short'} ${result.value.cosigned.map(({ witness, time }) => `${witness}@${String(time)}`).join(' ')}`.trimEnd() : result.error.code;
  };
  it.each([
    { reason: 'two of three', lines: [log, by(2), by(4)], result: 'quorum W2@100 W4@100' },
    { reason: 'one short', lines: [log, by(2)], result: 'short W2@100' },
    { reason: 'the same witness twice, at two times', lines: [log, by(2), by(2, 300n), by(2, 200n)], result: 'short W2@300' },
    { reason: 'a witness’ key under another name', lines: [log, by(2), by(2, 100n, 'w3.example')], result: 'short W2@100' },
    { reason: 'a stranger beside', lines: [log, by(2), by(9)], result: 'short W2@100' },
    { reason: 'a bad line of a witness that the quorum does not need', lines: [log, by(2), by(3), broken(by(4))], result: 'NOTE_BAD_SIGNATURE' },
    { reason: 'a bad repetition', lines: [log, by(2), by(3), broken(by(2))], result: 'NOTE_BAD_SIGNATURE' },
    { reason: 'witnesses alone', lines: [by(2), by(3)], result: 'POLICY_LOG_UNSIGNED' },
    { reason: 'only strangers', lines: [by(9)], result: 'NOTE_UNSIGNED' },
    { reason: 'the log’s line broken', lines: [broken(log), by(2), by(3)], result: 'NOTE_BAD_SIGNATURE' },
  ])('$reason: $result', ({ lines, result }) => { expect(judged(lines)).toBe(result); });
  it('of another origin, or of none, is refused', () => {
    expect(judged([log], TEXT.replace('audit.example.fr', 'other.example'))).toBe('POLICY_UNKNOWN_LOG');
    expect(judged([log], 'a\n')).toBe('CHECKPOINT_SIZE');
    expect(judgeCheckpoint(policy, 'x')).toMatchObject({ ok: false });
  });
});
