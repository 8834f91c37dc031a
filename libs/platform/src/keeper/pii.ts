import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A value under a subject's key, all in base64: `SealedValue` of `@cadastre/domain/audit`. */
export interface SealedText {
  readonly ct: string;
  readonly iv: string;
  readonly tag: string;
  readonly kid: string;
  readonly kc: string;
}

/** The key of one person in one directory. Never written anywhere but in the keeper's directory. */
export interface SubjectKey {
  readonly kid: string;
  /** 32 bytes that decide everything else. */
  readonly key: Uint8Array;
}

const ENCRYPTION = 'cadastre-pii-encryption/v1';
const COMMITMENT = 'cadastre-pii-commitment/v1';
const MAX_BYTES = 380;
/** Lengths tell values apart even after their key is gone (an IPv4 address, a short name): only the number of such blocks stays visible. */
const BLOCK = 64;

const derive = (key: Uint8Array, purpose: string): Buffer => createHmac('sha256', key).update(purpose).digest();
/** The commitment of a key: to find another key with the same one is to break SHA-256. */
const commitmentOf = (key: Uint8Array): Buffer => derive(key, COMMITMENT);

/** The key with its id, which follows from it: a file needs no label, and a restored one is recognised. */
export const subjectKey = (key: Uint8Array): SubjectKey => ({ kid: commitmentOf(key).subarray(0, 16).toString('base64url'), key });

const aad = (id: string, log: string, path: string): Buffer => Buffer.from(`${id}|${log}|${path}`, 'utf8');

const padded = (value: string): Buffer => {
  const bytes = Buffer.from(value.toWellFormed().normalize('NFC'), 'utf8');
  const kept = bytes.length <= MAX_BYTES ? bytes : Buffer.from(`${bytes.subarray(0, MAX_BYTES - 6).toString('utf8').replace(/\ufffd+$/, '')}…`, 'utf8');
  // ISO/IEC 7816-4: one mark, then zeros.
  const out = Buffer.alloc(Math.ceil((kept.length + 1) / BLOCK) * BLOCK);
  kept.copy(out);
  out[kept.length] = 0x80;
  return out;
};

// What a key needs for each value, kept with it: two HMACs are half of the cost of a value.
const derived = new WeakMap<SubjectKey, { readonly encryption: Buffer; readonly kc: string }>();
const derivedOf = (of: SubjectKey): { readonly encryption: Buffer; readonly kc: string } => {
  let found = derived.get(of);
  if (found === undefined) derived.set(of, found = { encryption: derive(of.key, ENCRYPTION), kc: commitmentOf(of.key).toString('base64') });
  return found;
};

/** One value of one event. */
export const sealValue = (of: SubjectKey, id: string, log: string, path: string, value: string): SealedText => {
  const { encryption, kc } = derivedOf(of);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', encryption, iv);
  cipher.setAAD(aad(id, log, path));
  const ct = Buffer.concat([cipher.update(padded(value)), cipher.final()]);
  return { ct: ct.toString('base64'), iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), kid: of.kid, kc };
};

/** Undefined: not of this key, not of this event, or not what was sealed. */
export const openValue = (of: SubjectKey, id: string, log: string, path: string, sealed: SealedText): string | undefined => {
  const { encryption, kc } = derivedOf(of);
  const [given, own] = [Buffer.from(sealed.kc, 'base64'), Buffer.from(kc, 'base64')];
  if (given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', encryption, Buffer.from(sealed.iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(aad(id, log, path));
    decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
    const bytes = Buffer.concat([decipher.update(Buffer.from(sealed.ct, 'base64')), decipher.final()]);
    const end = bytes.lastIndexOf(0x80);
    return end === -1 ? undefined : bytes.toString('utf8', 0, end);
  } catch {
    return undefined;
  }
};
