import type { Checkpoint, CheckpointFault } from '../note/checkpoint.ts';
import { parseCheckpoint } from '../note/checkpoint.ts';
import { parseCosignature } from '../note/cosignature.ts';
import type { Ed25519Equation } from '../note/ed25519.ts';
import { nobleEquation } from '../note/ed25519.ts';
import type { Note } from '../note/note.ts';
import { parseNote } from '../note/note.ts';
import type { Refused, Result } from '../note/result.ts';
import { ok, refused } from '../note/result.ts';
import type { VerifyFault } from '../note/verify.ts';
import { verifierOf, verifyNote } from '../note/verify.ts';
import type { Policy, PolicyLog } from './policy.ts';
import { quorumHolds } from './policy.ts';

export interface Judgement {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
  readonly log: PolicyLog;
  /** Witnesses of the policy that have signed, each once, with the latest of their times in seconds since the epoch. */
  readonly cosigned: readonly { readonly witness: string; readonly time: bigint }[];
  readonly quorum: boolean;
}
export type JudgeFault = CheckpointFault | VerifyFault | Refused<'POLICY_UNKNOWN_LOG' | 'POLICY_LOG_UNSIGNED'>;

/**
 * What a policy says of a signed checkpoint. Refused: malformed, of no known log, not signed by it, or with a bad line of any known key.
 * Without its quorum it is a judgement like any other, with `quorum` false: who is waiting for witnesses needs to see which have signed.
 */
export const judgeCheckpoint = (policy: Policy, given: string | Uint8Array, equation: Ed25519Equation = nobleEquation): Result<Judgement, JudgeFault> => {
  const parsed = parseNote(given);
  if (!parsed.ok) return parsed;
  const checkpoint = parseCheckpoint(parsed.value.text);
  if (!checkpoint.ok) return checkpoint;
  const logs = policy.logs.filter(({ key }) => key.name === checkpoint.value.origin);
  if (logs.length === 0) return refused('POLICY_UNKNOWN_LOG', 'the policy names no log of this origin', 1);
  const verified = verifyNote(parsed.value, [...logs, ...policy.witnesses].map(({ key }) => verifierOf(key, equation)));
  if (!verified.ok) return verified;
  const signed = verified.value.verified;
  const log = logs.find(({ key }) => signed.some(line => line.name === key.name && line.keyId === key.keyId));
  if (log === undefined) return refused('POLICY_LOG_UNSIGNED', 'the log itself has not signed');
  const cosigned = policy.witnesses.flatMap(({ name, key }) => {
    // Every line of a known key has verified by now, repetitions too.
    const times = parsed.value.signatures.filter(line => line.name === key.name && line.keyId === key.keyId).flatMap(line => parseCosignature(line.signature)?.time ?? []);
    return times.length === 0 ? [] : [{ witness: name, time: times.reduce((a, b) => (a > b ? a : b)) }];
  });
  return ok({ checkpoint: checkpoint.value, note: parsed.value, log, cosigned, quorum: quorumHolds(policy.quorum, new Set(cosigned.map(({ witness }) => witness))) });
};
