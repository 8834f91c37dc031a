import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { consistencyProof, ED25519, formatCheckpoint, formatNote, formatVkey, leafHash, rootOf, signText, toUtf8, verifierKey, type VerifierKey } from '@cadastre/tlog';

/** A log of invented leaves, which can also tell a second story. */
export interface InventedLog {
  readonly key: VerifierKey;
  readonly vkey: string;
  /** A checkpoint that says whatever is asked, rightly signed. */
  signed(size: number, root: Uint8Array): string;
  /** Its signed checkpoint of a size. */
  checkpoint(size: number, story?: 'first' | 'second'): string;
  proof(from: number, to: number, story?: 'first' | 'second'): readonly string[];
  /** The body of an add-checkpoint request. */
  request(from: number, to: number, story?: 'first' | 'second'): string;
}

const LEAVES = 200;

export const inventLog = (origin: string): InventedLog => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKey = Uint8Array.from(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32));
  const key = verifierKey(origin, ED25519, publicKey);
  // The stories part at leaf 3.
  const leaves = (story: string) => Array.from({ length: LEAVES }, (_, n) => leafHash(toUtf8(n < 3 ? String(n) : `${story} ${String(n)}`)));
  const stories = { first: leaves('first'), second: leaves('second') };
  const signed: InventedLog['signed'] = (size, root) => {
    const text = formatCheckpoint({ origin, size: BigInt(size), root });
    return formatNote({ text, signatures: [signText(key, text, message => Uint8Array.from(sign(null, message, privateKey)))] });
  };
  const checkpoint: InventedLog['checkpoint'] = (size, story = 'first') => signed(size, rootOf(stories[story].slice(0, size)));
  const proof: InventedLog['proof'] = (from, to, story = 'first') =>
    consistencyProof(stories[story], BigInt(from), BigInt(to)).map(hash => Buffer.from(hash).toString('base64'));
  return {
    key, vkey: formatVkey(key), signed, checkpoint, proof,
    request: (from, to, story = 'first') => [`old ${String(from)}`, ...proof(from, to, story), '', checkpoint(to, story)].join('\n'),
  };
};
