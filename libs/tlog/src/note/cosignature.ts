import { toUtf8 } from './text.ts';

const TIME_BYTES = 8;
export const MAX_TIME = 2n ** 63n - 1n;

/** C2SP tlog-cosignature: what a witness signs: `cosignature/v1`, its time in seconds since the epoch, and the note's text. */
export const cosignatureMessage = (text: string, time: bigint): Uint8Array => {
  if (time < 0n || time > MAX_TIME) throw new RangeError('a time is 0 to 2^63 − 1 seconds');
  return toUtf8(`cosignature/v1\ntime ${String(time)}\n${text}`);
};

/** The signature of its line: 8 bytes of time, big-endian, then 64 of Ed25519. */
export const cosignatureBlob = (time: bigint, signature: Uint8Array): Uint8Array => {
  if (time < 0n || time > MAX_TIME || signature.length !== 64) throw new RangeError('a cosignature has a time of 0 to 2^63 − 1 seconds and 64 bytes of Ed25519');
  const blob = new Uint8Array(TIME_BYTES + signature.length);
  for (let i = 0; i < TIME_BYTES; i++) blob[i] = Number((time >> BigInt(8 * (TIME_BYTES - 1 - i))) & 0xffn);
  blob.set(signature, TIME_BYTES);
  return blob;
};

export interface Cosignature {
  /** Seconds since the epoch. */
  readonly time: bigint;
  readonly signature: Uint8Array;
}
/** Undefined unless it has 72 bytes and a time below 2^63. */
export const parseCosignature = (blob: Uint8Array): Cosignature | undefined => {
  if (blob.length !== TIME_BYTES + 64) return undefined;
  const time = blob.subarray(0, TIME_BYTES).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return time > MAX_TIME ? undefined : { time, signature: blob.slice(TIME_BYTES) };
};
