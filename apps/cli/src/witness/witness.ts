import { cosign, ED25519, emptyRoot, formatNote, formatSignature, parseCheckpoint, parseNote, parseVkey, verifierOf, verifyConsistency, verifyNote, type Checkpoint, type VerifiedNote, type Verifier } from '@cadastre/tlog';
import { equation, type WitnessKey } from './key.ts';
import { parseAddCheckpoint } from './request.ts';
import { originHash, type Memory } from './state.ts';

/** The answer to `add-checkpoint`, by its HTTP status; `because` is for the sender, in English, and holds nothing of what was sent. */
export type Verdict =
  | { readonly status: 200; readonly lines: string }
  | { readonly status: 409; readonly size: bigint }
  | { readonly status: 400 | 403 | 404 | 422; readonly because: string };

export interface Witness {
  readonly name: string;
  /** Looks, decides, remembers and only then answers, without giving way: two requests for one log cannot both pass. @throws when it cannot remember. */
  add(body: Uint8Array): Verdict;
  /** The last checkpoint that was cosigned of the log with this origin hash, with the log's signatures and ours. */
  seen(hash: string): string | undefined;
  /** @throws when nothing could be remembered now. */
  probe(): void;
  /** Replaces the logs that are followed; what is remembered of others stays. */
  follow(logs: Followed): void;
}

/** Origin → keys that may sign for it. Several while a log changes its key. */
export type Followed = ReadonlyMap<string, readonly Verifier[]>;

/** One vkey a line, `#` comments, empty lines; the name of the key is the origin of its log. Answers the number of the first line that is none. */
export const followedIn = (text: string): Followed | { readonly badLine: number } => {
  const followed = new Map<string, Verifier[]>();
  for (const [n, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const key = parseVkey(line);
    if (!key.ok || key.value.type !== ED25519) return { badLine: n + 1 };
    const keys = followed.get(key.value.name) ?? [];
    if (!keys.some(known => known.keyId === key.value.keyId)) keys.push(verifierOf(key.value, equation));
    followed.set(key.value.name, keys);
  }
  return followed;
};

export interface WitnessParts {
  readonly key: WitnessKey;
  readonly memory: Memory;
  readonly logs: Followed;
  /** Seconds since the epoch. */
  readonly now: () => bigint;
}

const refuse = (status: 400 | 403 | 404 | 422, because: string): Verdict => ({ status, because });

/** The rules of C2SP tlog-witness, `add-checkpoint`, in the order of its text. */
export const createWitness = ({ key, memory, now, ...parts }: WitnessParts): Witness => {
  let { logs } = parts;
  let origins = new Map([...logs.keys()].map(origin => [originHash(origin), origin]));
  return {
    name: key.key.name,
    add: body => {
      const asked = parseAddCheckpoint(body);
      const note = asked === undefined ? undefined : parseNote(asked.note);
      const checkpoint = note?.ok === true ? parseCheckpoint(note.value.text) : undefined;
      if (asked === undefined || note?.ok !== true || checkpoint?.ok !== true) return refuse(400, 'not an add-checkpoint request');
      const keys = logs.get(checkpoint.value.origin);
      if (keys === undefined) return refuse(404, 'this witness does not follow that log');
      const verified = verifyNote(note.value, keys);
      if (!verified.ok) return refuse(403, verified.error.because);
      const fault = faultOf(asked, checkpoint.value, memory);
      return fault ?? remembered(verified.value, checkpoint.value, key, memory, now());
    },
    seen: hash => {
      const origin = origins.get(hash);
      return origin === undefined ? undefined : memory.recall(origin)?.note;
    },
    probe: memory.probe,
    follow: next => {
      logs = next;
      origins = new Map([...next.keys()].map(origin => [originHash(origin), origin]));
    },
  };
};

const faultOf = (asked: { readonly oldSize: bigint; readonly proof: readonly Uint8Array[] }, { origin, size, root }: Checkpoint, memory: Memory): Verdict | undefined => {
  if (asked.oldSize > size) return refuse(400, 'the old size is above the new one');
  const last = memory.recall(origin) ?? { size: 0n, root: emptyRoot() };
  if (asked.oldSize !== last.size) return { status: 409, size: last.size };
  return verifyConsistency({ size1: last.size, size2: size, root1: last.root, root2: root, proof: asked.proof }) ? undefined : refuse(422, 'not consistent with what this witness saw');
};

const remembered = (note: VerifiedNote, { origin, size, root }: Checkpoint, key: WitnessKey, memory: Memory, time: bigint): Verdict => {
  const line = cosign(key.key, note.text, time, key.sign);
  // What throws here leaves without the line: a signature that was given but forgotten could be given again for another tree.
  memory.remember({ origin, size, root, note: formatNote({ text: note.text, signatures: [...note.verified, line] }) });
  return { status: 200, lines: formatSignature(line) };
};
