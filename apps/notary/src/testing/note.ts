import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** C2SP signed notes, checkpoints, cosignatures and policies, written from their specifications, not from libs/tlog. */
export interface Key {
  readonly secret: KeyObject;
  /** 32 bytes. */
  readonly public: Buffer;
}
const LOG = 1;
const WITNESS = 4;

/** The key of a seed word: the same in each run. */
export const keyOf = (word: string): Key => {
  const seed = createHash('sha256').update(`key of ${word}`).digest();
  const secret = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
  return { secret, public: createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32) };
};

const keyId = (name: string, kind: number, key: Key): Buffer =>
  createHash('sha256').update(name).update('\n').update(Buffer.of(kind)).update(key.public).digest().subarray(0, 4);
const vkey = (name: string, kind: number, key: Key): string =>
  `${name}+${keyId(name, kind, key).toString('hex')}+${Buffer.concat([Buffer.of(kind), key.public]).toString('base64')}`;
export const logKey = (origin: string, key: Key): string => vkey(origin, LOG, key);
export const witnessKey = (name: string, key: Key): string => vkey(name, WITNESS, key);

const line = (name: string, blob: Buffer): string => `— ${name} ${blob.toString('base64')}\n`;

/** The signature line of a log over a note's text. */
export const signature = (text: string, origin: string, key: Key): string =>
  line(origin, Buffer.concat([keyId(origin, LOG, key), sign(null, Buffer.from(text), key.secret)]));

/** The cosignature/v1 line of a witness over a note's text, at `seconds` of POSIX time. */
export const cosignature = (text: string, name: string, key: Key, seconds: number): string => {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const signed = sign(null, Buffer.from(`cosignature/v1\ntime ${String(seconds)}\n${text}`), key.secret);
  return line(name, Buffer.concat([keyId(name, WITNESS, key), time, signed]));
};

export const checkpointText = (origin: string, size: number, root: Buffer): string => `${origin}\n${String(size)}\n${root.toString('base64')}\n`;

/** A note: its text, an empty line, the signature lines. */
export const note = (text: string, ...lines: readonly string[]): string => `${text}\n${lines.join('')}`;

/** A trust file that asks for k of the witnesses. */
export const policy = (origin: string, key: Key, witnesses: readonly { readonly name: string; readonly key: Key }[], k: number | 'none'): string =>
  [
    '# trust',
    `log ${logKey(origin, key)}`,
    ...witnesses.map((witness, i) => `witness w${String(i)} ${witnessKey(witness.name, witness.key)}`),
    ...(k === 'none' ? ['quorum none'] : [`group all-of-them ${String(k)} ${witnesses.map((_, i) => `w${String(i)}`).join(' ')}`, 'quorum all-of-them']),
    '',
  ].join('\n');
