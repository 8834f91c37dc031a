import { parseCosignature, cosignatureBlob, cosignatureMessage } from './cosignature.ts';
import type { Ed25519Equation } from './ed25519.ts';
import { nobleEquation, verifyEd25519 } from './ed25519.ts';
import type { Note, NoteFault, NoteSignature } from './note.ts';
import { parseNote } from './note.ts';
import type { Refused, Result } from './result.ts';
import { ok, refused } from './result.ts';
import { toUtf8 } from './text.ts';
import type { VerifierKey } from './vkey.ts';
import { COSIGNATURE } from './vkey.ts';

/** Says whether a signature under this name and id is good for a note's text. */
export interface Verifier {
  readonly name: string;
  /** 8 lowercase hexadecimal digits. */
  readonly keyId: string;
  readonly verify: (text: string, signature: Uint8Array) => boolean;
}

/** The verifier of a key: Ed25519 over the text (0x01), or cosignature/v1 (0x04). `equation`: who does the arithmetic. */
export const verifierOf = (key: VerifierKey, equation: Ed25519Equation = nobleEquation): Verifier => ({
  name: key.name,
  keyId: key.keyId,
  verify: (text, blob) => {
    if (!text.isWellFormed()) return false;
    if (key.type !== COSIGNATURE) return verifyEd25519(key.publicKey, toUtf8(text), blob, equation);
    const cosigned = parseCosignature(blob);
    return cosigned !== undefined && verifyEd25519(key.publicKey, cosignatureMessage(text, cosigned.time), cosigned.signature, equation);
  },
});

export interface VerifiedNote extends Note {
  /** Good lines of known keys, each key once (its first line), in the order of the lines. Never empty. */
  readonly verified: readonly NoteSignature[];
  /** Lines of keys that nobody named: they mean nothing. */
  readonly ignored: readonly NoteSignature[];
}
export type VerifyFault = NoteFault | Refused<'NOTE_BAD_SIGNATURE' | 'NOTE_UNSIGNED' | 'NOTE_AMBIGUOUS_KEY'>;

const same = (a: { readonly name: string; readonly keyId: string }, b: { readonly name: string; readonly keyId: string }): boolean => a.name === b.name && a.keyId === b.keyId;

/**
 * C2SP signed-note: a line of an unknown key is ignored, even when it shares name *or* id with a known one; every line of a known key is
 * verified, repetitions too, and one that fails refuses the whole note; at least one must be good. (Go's note package skips repetitions
 * unseen; the spec does not.) Never throws on what the note is.
 */
export const verifyNote = (given: string | Uint8Array | Note, verifiers: readonly Verifier[]): Result<VerifiedNote, VerifyFault> => {
  const parsed = typeof given === 'string' || given instanceof Uint8Array ? parseNote(given) : ok(given);
  if (!parsed.ok) return parsed;
  const note = parsed.value;
  if (verifiers.some((verifier, n) => verifiers.findIndex(other => same(other, verifier)) < n)) return refused('NOTE_AMBIGUOUS_KEY', 'two known keys have the same name and id');
  const [verified, ignored]: [NoteSignature[], NoteSignature[]] = [[], []];
  for (const [n, line] of note.signatures.entries()) {
    const verifier = verifiers.find(known => same(known, line));
    if (verifier === undefined) ignored.push(line);
    else if (!verifier.verify(note.text, line.signature)) return refused('NOTE_BAD_SIGNATURE', 'a signature under a known name and id does not verify', note.text.split('\n').length + 1 + n);
    else if (!verified.some(other => same(other, line))) verified.push(line);
  }
  return verified.length === 0 ? refused('NOTE_UNSIGNED', 'no known key has signed') : ok({ ...note, verified, ignored });
};

/** Makes 64 bytes of Ed25519 over a message: a key in a file, in a PKCS#11 token, or behind a socket. */
export type Ed25519Sign = (message: Uint8Array) => Uint8Array;

/** A line of a log's key over a text. */
export const signText = (key: VerifierKey, text: string, sign: Ed25519Sign): NoteSignature => ({ name: key.name, keyId: key.keyId, signature: sign(toUtf8(text)) });
/** A witness' line over a checkpoint's text; `time` in seconds since the epoch. */
export const cosign = (key: VerifierKey, text: string, time: bigint, sign: Ed25519Sign): NoteSignature => ({ name: key.name, keyId: key.keyId, signature: cosignatureBlob(time, sign(cosignatureMessage(text, time))) });
