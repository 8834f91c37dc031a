import { base64, ED25519, formatCheckpoint, formatNote, formatVkey, parseNote, sameHash, toUtf8, verifierKey, verifierOf, verifyNote } from '@cadastre/tlog';
import type { Statement } from './ask.ts';
import type { Asked, Refusal } from './judge.ts';
import { judge } from './judge.ts';
import type { KeyPort } from './key.ts';
import type { Memory, Remembered } from './memory.ts';

export type Signed = { readonly ok: true; readonly notes: readonly string[] } | { readonly ok: false; readonly refusal: Refusal };

export interface Signer {
  /** The operator's verifier key: what goes into a trust file. */
  readonly vkey: string;
  remembered(origin: string): Remembered | undefined;
  allRemembered(): readonly Remembered[];
  /** All or none. The same trees give the same notes. */
  sign(trees: readonly Asked[]): Promise<Signed>;
  /** A note over a discontinuity, and the earlier ones signed under its name too; refused when the old log was signed otherwise than the statement says. */
  state(statement: Statement): Promise<Signed>;
}

const STATEMENT = 'cadastre-discontinuity/v1\n';
const statementText = (s: Statement): string =>
  [STATEMENT.trimEnd(), s.oldOrigin, String(s.oldSize), base64(s.oldRoot), String(s.recoveredSize), s.newOrigin, s.at, s.reason, ''].join('\n');

/** `operator` is the origin that this signer signs for. */
export const createSigner = (operator: string, key: KeyPort, memory: Memory): Signer => {
  const noteOf = async (name: string, text: string): Promise<string> => {
    const { keyId } = verifierKey(name, ED25519, key.publicKey);
    return formatNote({ text, signatures: [{ name, keyId, signature: await key.sign(toUtf8(text)) }] });
  };
  const sign = async (trees: readonly Asked[]): Promise<Signed> => {
    const refusal = judge(operator, memory, trees);
    if (refusal !== undefined) return { ok: false, refusal };
    // Remembered before signed: a signature that left this process without being remembered could be contradicted after a crash.
    const news = trees.filter(tree => memory.get(tree.origin)?.size !== tree.size);
    if (news.length > 0) await memory.remember(news.map(({ origin, size, root }) => ({ origin, size, root })));
    const notes: string[] = [];
    for (const tree of trees) notes.push(await noteOf(tree.origin, formatCheckpoint(tree)));
    return { ok: true, notes };
  };
  const state = async (statement: Statement): Promise<Signed> => {
    const last = memory.get(statement.oldOrigin);
    if (last === undefined) return { ok: false, refusal: { code: 'UNKNOWN_ORIGIN', origin: statement.oldOrigin } };
    if (last.size !== statement.oldSize || !sameHash(last.root, statement.oldRoot)) return { ok: false, refusal: { code: 'INCONSISTENT', ...last } };
    // An origin that was signed for already has a past of its own: it cannot be the beginning that the statement announces.
    const taken = memory.get(statement.newOrigin);
    if (taken !== undefined) return { ok: false, refusal: { code: 'INCONSISTENT', ...taken } };
    const notes = [await noteOf(statement.newOrigin, statementText(statement))];
    for (const earlier of statement.earlier) {
      const again = await signedAgain(statement.newOrigin, earlier);
      if (again === undefined) return { ok: false, refusal: { code: 'UNKNOWN_ORIGIN', origin: statement.oldOrigin } };
      notes.push(again);
    }
    return { ok: true, notes };
  };
  /** A statement of this key's with one signature more. Undefined for anything else: this must not become a way to have any text signed. */
  const signedAgain = async (name: string, earlier: string): Promise<string | undefined> => {
    const note = parseNote(earlier);
    if (!note.ok || !note.value.text.startsWith(STATEMENT)) return undefined;
    const own = note.value.signatures.map(line => verifierOf(verifierKey(line.name, ED25519, key.publicKey))).filter((v, n, all) => all.findIndex(o => o.name === v.name) === n);
    const verified = verifyNote(note.value, own);
    if (!verified.ok) return undefined;
    const { keyId } = verifierKey(name, ED25519, key.publicKey);
    const lines = note.value.signatures.filter(line => line.name !== name);
    return formatNote({ text: note.value.text, signatures: [...lines, { name, keyId, signature: await key.sign(toUtf8(note.value.text)) }] });
  };
  // One request at a time: judging, remembering and signing are one step to everybody outside.
  let before: Promise<unknown> = Promise.resolve();
  const alone = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = before.then(act);
    before = mine.catch(() => undefined);
    return mine;
  };
  return {
    vkey: formatVkey(verifierKey(operator, ED25519, key.publicKey)),
    remembered: origin => memory.get(origin),
    allRemembered: () => memory.all(),
    sign: trees => alone(() => sign(trees)),
    state: statement => alone(() => state(statement)),
  };
};
