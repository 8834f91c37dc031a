import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { base64, fromBase64 } from './base64.ts';
import type { Refused, Result } from './result.ts';
import { ok, refused } from './result.ts';
import { textFrom, toUtf8 } from './text.ts';
import { isKeyName } from './vkey.ts';

/** One line `— name base64(key id || signature)`. */
export interface NoteSignature {
  readonly name: string;
  /** 8 lowercase hexadecimal digits. */
  readonly keyId: string;
  /** What follows the key id: 64 bytes of Ed25519, or 72 of a cosignature. */
  readonly signature: Uint8Array;
}
/** C2SP signed-note. Nothing in it is to be believed before `verifyNote`. */
export interface Note {
  /** With its last LF, without the empty line that separates it. */
  readonly text: string;
  /** At least one, in the order of the lines; repetitions kept. */
  readonly signatures: readonly NoteSignature[];
}
export type NoteFault = Refused<'NOTE_TOO_LONG' | 'NOTE_UTF8' | 'NOTE_CONTROL' | 'NOTE_NO_FINAL_NEWLINE' | 'NOTE_NO_SIGNATURES' | 'NOTE_TOO_MANY_SIGNATURES' | 'NOTE_SIGNATURE_LINE'>;

/** UTF-8 bytes of a whole note, and its signature lines. The spec asks for a limit, and for at least 16 signatures; these are docs/audit-bundle.md's. */
export const MAX_NOTE_BYTES = 1_048_576;
export const MAX_SIGNATURES = 100;

const signatureOf = (line: string): NoteSignature | undefined => {
  const [dash, name, encoded, ...more] = line.split(' ');
  if (dash !== '—' || name === undefined || encoded === undefined || more.length > 0 || !isKeyName(name)) return undefined;
  const blob = fromBase64(encoded);
  // A signature of no bytes is none.
  if (blob === undefined || blob.length < 5) return undefined;
  return { name, keyId: bytesToHex(blob.subarray(0, 4)), signature: blob.slice(4) };
};

/**
 * A note from its bytes or from a string of them; the two are refused for the same things. The text ends at the *last* empty line, so it may
 * have empty lines itself. One malformed signature line spoils the whole: unknown keys are ignored, unknown grammar is not.
 */
export const parseNote = (note: string | Uint8Array): Result<Note, NoteFault> => {
  // UTF-8 is never shorter than UTF-16 units, so this bounds the work before anything is decoded; the exact limit follows.
  if ((typeof note === 'string' || note instanceof Uint8Array) && note.length > MAX_NOTE_BYTES) return refused('NOTE_TOO_LONG', `a note has at most ${String(MAX_NOTE_BYTES)} bytes`);
  const whole = textFrom(note);
  if (whole === undefined) return refused('NOTE_UTF8', 'a note is valid UTF-8');
  if (toUtf8(whole).length > MAX_NOTE_BYTES) return refused('NOTE_TOO_LONG', `a note has at most ${String(MAX_NOTE_BYTES)} bytes`);
  const control = /[\u0000-\u0009\u000b-\u001f]/.exec(whole);
  if (control !== null) return refused('NOTE_CONTROL', 'a note has no control character but LF', lineAt(whole, control.index));
  if (!whole.endsWith('\n')) return refused('NOTE_NO_FINAL_NEWLINE', 'a note ends in LF');
  const end = whole.lastIndexOf('\n\n');
  if (end < 0 || end + 2 === whole.length) return refused('NOTE_NO_SIGNATURES', 'a note has an empty line, then at least one signature');
  const lines = whole.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return refused('NOTE_TOO_MANY_SIGNATURES', `a note has at most ${String(MAX_SIGNATURES)} signatures`);
  const signatures: NoteSignature[] = [];
  for (const [n, line] of lines.entries()) {
    const signature = signatureOf(line);
    if (signature === undefined) return refused('NOTE_SIGNATURE_LINE', 'a signature line is an em dash, a key name and canonical base64 of more than 4 bytes, separated by single spaces', lineAt(whole, end + 2) + n);
    signatures.push(signature);
  }
  return ok({ text: whole.slice(0, end + 1), signatures });
};
const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** One signature line, with its LF. */
export const formatSignature = ({ name, keyId, signature }: NoteSignature): string => {
  const id = hexToBytes(keyId);
  if (!isKeyName(name) || id.length !== 4 || signature.length === 0) throw new RangeError('a signature line has a key name, an id of 4 bytes and a signature');
  return `— ${name} ${base64(Uint8Array.of(...id, ...signature))}\n`;
};

/** What a note's text may be. @throws RangeError when `parseNote` would refuse it. */
const assertText = (text: string): void => {
  if (!text.endsWith('\n') || !text.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new RangeError('the text of a note is well-formed, ends in LF and has no other control character');
};

/** The note as it is stored and sent. @throws RangeError when `parseNote` would refuse it. */
export const formatNote = ({ text, signatures }: Note): string => {
  assertText(text);
  if (signatures.length === 0 || signatures.length > MAX_SIGNATURES) throw new RangeError(`a note has 1 to ${String(MAX_SIGNATURES)} signatures`);
  return `${text}\n${signatures.map(formatSignature).join('')}`;
};
