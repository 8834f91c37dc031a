import { HASH_BYTES, isHash, isSize } from '../merkle/hash.ts';
import { base64, fromBase64 } from './base64.ts';
import type { NoteFault } from './note.ts';
import { MAX_NOTE_BYTES, parseNote } from './note.ts';
import type { Refused, Result } from './result.ts';
import { ok, refused } from './result.ts';
import { decimalFrom, textFrom } from './text.ts';

/** What a log says of itself: C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** The name of the log. */
  readonly origin: string;
  /** Leaves. */
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Opaque further lines. Ours have none, and a reader of our bundles accepts none. */
  readonly extensions: readonly string[];
}
export type CheckpointFault = NoteFault | Refused<'CHECKPOINT_TEXT' | 'CHECKPOINT_ORIGIN' | 'CHECKPOINT_SIZE' | 'CHECKPOINT_ROOT' | 'CHECKPOINT_EXTENSION'>;

/**
 * A checkpoint from the text of its note, or from the whole signed note, whose signatures are then *not* verified: do that first. The two
 * cannot be taken for each other: a note has an empty line, a checkpoint's text must not.
 */
export const parseCheckpoint = (given: string | Uint8Array): Result<Checkpoint, CheckpointFault> => {
  const whole = textFrom(given);
  if (whole === undefined || whole.length > MAX_NOTE_BYTES) return refused('CHECKPOINT_TEXT', 'a checkpoint is valid UTF-8, of a note’s length');
  if (!whole.includes('\n\n')) return bodyOf(whole);
  const note = parseNote(whole);
  return note.ok ? bodyOf(note.value.text) : note;
};

const bodyOf = (text: string): Result<Checkpoint, CheckpointFault> => {
  if (!text.endsWith('\n')) return refused('CHECKPOINT_TEXT', 'the text of a checkpoint ends in LF');
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) return refused('CHECKPOINT_TEXT', 'a checkpoint has no control character but LF');
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n');
  if (origin === '') return refused('CHECKPOINT_ORIGIN', 'the first line is the origin, and is not empty', 1);
  const leaves = decimalFrom(size);
  if (leaves === undefined) return refused('CHECKPOINT_SIZE', 'the second line is the size: decimal, no leading zero, at most 2^63 − 1', 2);
  const hash = fromBase64(root);
  if (hash?.length !== HASH_BYTES) return refused('CHECKPOINT_ROOT', 'the third line is the root: canonical base64 of 32 bytes', 3);
  const blank = extensions.indexOf('');
  return blank < 0 ? ok({ origin, size: leaves, root: hash, extensions }) : refused('CHECKPOINT_EXTENSION', 'an extension line is not empty', 4 + blank);
};

/** The text that a log signs. @throws RangeError when `parseCheckpoint` would refuse it. */
export const formatCheckpoint = ({ origin, size, root, extensions = [] }: Omit<Checkpoint, 'extensions'> & Partial<Checkpoint>): string => {
  if (!isSize(size) || !isHash(root)) throw new RangeError('a checkpoint has a size of 0 to 2^63 − 1 and a root of 32 bytes');
  const lines = [origin, String(size), base64(root), ...extensions];
  if (lines.some(line => line === '' || !line.isWellFormed() || /[\u0000-\u001f]/.test(line))) throw new RangeError('a line of a checkpoint is not empty and has no control character');
  return `${lines.join('\n')}\n`;
};
