import { HASH_BYTES, isHash, isSize } from '../merkle/hash.ts';
import { verifyInclusion } from '../merkle/index.ts';
import { base64, fromBase64 } from '../note/base64.ts';
import type { Ed25519Equation } from '../note/ed25519.ts';
import { nobleEquation } from '../note/ed25519.ts';
import type { NoteFault } from '../note/note.ts';
import { MAX_NOTE_BYTES, parseNote } from '../note/note.ts';
import type { Refused, Result } from '../note/result.ts';
import { ok, refused } from '../note/result.ts';
import { decimalFrom, textFrom } from '../note/text.ts';
import type { JudgeFault, Judgement } from '../policy/judge.ts';
import { judgeCheckpoint } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';

/** C2SP tlog-proof: one entry, proven to be in a log by one text file. */
export interface TlogProof {
  /** Not authenticated by anything here. */
  readonly extra: Uint8Array | undefined;
  /** Of the entry, from 0. */
  readonly index: bigint;
  /** RFC 6962 §2.1.1, the leaf's sibling first. */
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, byte for byte. */
  readonly checkpoint: string;
}
export type ProofFault = NoteFault | Refused<'PROOF_TEXT' | 'PROOF_HEADER' | 'PROOF_EXTRA' | 'PROOF_INDEX' | 'PROOF_HASH' | 'PROOF_CHECKPOINT'>;

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_HASHES = 63;

/** The proof as it is stored (`.tlog-proof`). @throws RangeError when `parseTlogProof` would refuse it. */
export const formatTlogProof = ({ extra, index, hashes, checkpoint }: TlogProof): string => {
  if (!isSize(index) || hashes.length > MAX_HASHES || !hashes.every(isHash) || extra?.length === 0 || !parseNote(checkpoint).ok) throw new RangeError('a proof has an index, at most 63 hashes of 32 bytes and a signed checkpoint');
  return [HEADER, ...(extra === undefined ? [] : [`extra ${base64(extra)}`]), `index ${String(index)}`, ...hashes.map(base64), '', checkpoint].join('\n');
};

const headOf = (lines: readonly string[]): Result<Omit<TlogProof, 'checkpoint'>, ProofFault> => {
  if (lines[0] !== HEADER) return refused('PROOF_HEADER', 'the first line names the format, c2sp.org/tlog-proof@v1', 1);
  const withExtra = lines[1]?.startsWith('extra ') === true;
  const extra = withExtra ? fromBase64(lines[1]?.slice(6) ?? '') : undefined;
  // Without data the line is left out; an empty one is a second spelling of that.
  if (withExtra && (extra === undefined || extra.length === 0)) return refused('PROOF_EXTRA', 'extra data are canonical base64, and not empty', 2);
  const at = withExtra ? 2 : 1;
  const index = lines[at]?.startsWith('index ') === true ? decimalFrom(lines[at].slice(6)) : undefined;
  if (index === undefined) return refused('PROOF_INDEX', 'the index is a decimal without leading zeros, at most 2^63 − 1', at + 1);
  const hashes: Uint8Array[] = [];
  for (const [n, line] of lines.slice(at + 1).entries()) {
    const hash = fromBase64(line);
    if (hash?.length !== HASH_BYTES || n >= MAX_HASHES) return refused('PROOF_HASH', 'at most 63 lines of canonical base64 of 32 bytes follow the index', at + 2 + n);
    hashes.push(hash);
  }
  return ok({ extra, index, hashes });
};

/** Strict, like all here. The note in it is well-formed; nothing is verified: `verifyTlogProof`. */
export const parseTlogProof = (given: string | Uint8Array): Result<TlogProof, ProofFault> => {
  const text = textFrom(given);
  if (text === undefined || text.length > 2 * MAX_NOTE_BYTES) return refused('PROOF_TEXT', 'a proof is valid UTF-8, of about a note’s length');
  const end = text.indexOf('\n\n');
  if (end < 0) return refused('PROOF_CHECKPOINT', 'an empty line and the checkpoint follow the hashes');
  const head = headOf(text.slice(0, end).split('\n'));
  if (!head.ok) return head;
  const checkpoint = text.slice(end + 2);
  const note = parseNote(checkpoint);
  return note.ok ? ok({ ...head.value, checkpoint }) : note;
};

export type VerifyProofFault = ProofFault | JudgeFault | Refused<'PROOF_NO_QUORUM' | 'PROOF_NOT_INCLUDED'>;

/** The steps of C2SP tlog-proof: a log that the policy knows, its signature, the quorum of its witnesses, the entry in its tree. */
export const verifyTlogProof = (given: string | Uint8Array, leafHash: Uint8Array, policy: Policy, equation: Ed25519Equation = nobleEquation): Result<Judgement, VerifyProofFault> => {
  const proof = parseTlogProof(given);
  if (!proof.ok) return proof;
  const judged = judgeCheckpoint(policy, proof.value.checkpoint, equation);
  if (!judged.ok) return judged;
  if (!judged.value.quorum) return refused('PROOF_NO_QUORUM', 'too few witnesses of the policy have signed');
  const { size, root } = judged.value.checkpoint;
  const { index, hashes } = proof.value;
  return verifyInclusion({ leafHash, index, size, proof: hashes, root }) ? judged : refused('PROOF_NOT_INCLUDED', 'the path does not lead from the entry to the root of the checkpoint');
};
