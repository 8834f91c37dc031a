import { createPublicKey } from 'node:crypto';

/** Why a line is no key that an sshd would take. Words of the message, in both languages, are chosen by it. */
export type SshKeyFault = 'FORM' | 'TYPE' | 'BASE64' | 'STRUCTURE' | 'RSA_TOO_SHORT' | 'PRIVATE';

const CURVES = {
  'ecdsa-sha2-nistp256': { name: 'nistp256', crv: 'P-256', bytes: 32 },
  'ecdsa-sha2-nistp384': { name: 'nistp384', crv: 'P-384', bytes: 48 },
  'ecdsa-sha2-nistp521': { name: 'nistp521', crv: 'P-521', bytes: 66 },
} as const;
const MIN_RSA_BITS = 2_048;
const MAX_RSA_BITS = 16_384;
const MAX_LINE = 8_192;

/** Undefined when `line` is `type base64 [comment]` and the blob really holds a key of that type (RFC 4253 §6.6, RFC 5656, RFC 8709). Options before the type are refused: they could run commands. */
export const sshKeyFault = (line: string): SshKeyFault | undefined => {
  const text = line.trim();
  if (text.includes('PRIVATE KEY')) return 'PRIVATE';
  if (text.length > MAX_LINE || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return 'FORM';
  const [type = '', base64 = ''] = text.split(/ +/);
  if (base64 === '') return 'FORM';
  const judge = TYPES[type];
  if (judge === undefined) return 'TYPE';
  const blob = Buffer.from(base64, 'base64');
  // Node reads base64 leniently: what does not come back the same was something else.
  if (blob.toString('base64').replaceAll('=', '') !== base64.replaceAll('=', '')) return 'BASE64';
  const parts = partsOf(blob);
  if (parts?.[0]?.toString('latin1') !== type) return 'STRUCTURE';
  return judge(parts.slice(1), type);
};

type Judge = (parts: readonly Buffer[], type: string) => SshKeyFault | undefined;

/** A blob is a list of byte strings, each after its length; undefined when the lengths do not add up. */
const partsOf = (blob: Buffer): readonly Buffer[] | undefined => {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + 4 <= blob.length) {
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return undefined;
    parts.push(blob.subarray(at + 4, end));
    at = end;
  }
  return at === blob.length ? parts : undefined;
};

const parses = (key: Parameters<typeof createPublicKey>[0]): boolean => {
  try {
    createPublicKey(key);
    return true;
  } catch {
    return false;
  }
};
const url = (b: Buffer): string => b.toString('base64url');

const ed25519: Judge = ([key, ...more]) =>
  key?.length === 32 && more.length === 0 && parses({ key: { kty: 'OKP', crv: 'Ed25519', x: url(key) }, format: 'jwk' }) ? undefined : 'STRUCTURE';

/** OpenSSL refuses a point that is not on the curve. */
const onCurve = (curve: (typeof CURVES)[keyof typeof CURVES], name: Buffer | undefined, point: Buffer | undefined): boolean =>
  name?.toString('latin1') === curve.name && point?.length === 1 + 2 * curve.bytes && point[0] === 4
  && parses({ key: { kty: 'EC', crv: curve.crv, x: url(point.subarray(1, 1 + curve.bytes)), y: url(point.subarray(1 + curve.bytes)) }, format: 'jwk' });

const ecdsa: Judge = ([name, point, ...more], type) => {
  const curve = CURVES[type as keyof typeof CURVES];
  return more.length === 0 && onCurve(curve, name, point) ? undefined : 'STRUCTURE';
};

const rsa: Judge = ([exponent, modulus, ...more]) => {
  if (exponent === undefined || modulus === undefined || more.length > 0) return 'STRUCTURE';
  const [e, n] = [unsigned(exponent), unsigned(modulus)];
  if (e === undefined || n === undefined || e.length > 8 || (e.at(-1) ?? 0) % 2 === 0 || (n.at(-1) ?? 0) % 2 === 0) return 'STRUCTURE';
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
  if (bits < MIN_RSA_BITS) return 'RSA_TOO_SHORT';
  return bits <= MAX_RSA_BITS && parses({ key: { kty: 'RSA', e: url(e), n: url(n) }, format: 'jwk' }) ? undefined : 'STRUCTURE';
};
/** An mpint that is positive, without its sign byte. */
const unsigned = (mpint: Buffer): Buffer | undefined => {
  if (mpint.length === 0 || (mpint[0] ?? 0) > 127) return undefined;
  return mpint[0] === 0 ? mpint.subarray(1) : mpint;
};

/** Hardware keys name the application after the key. */
const securityEd25519: Judge = ([key, application, ...more], type) => (application === undefined || more.length > 0 ? 'STRUCTURE' : ed25519(key === undefined ? [] : [key], type));
const securityEcdsa: Judge = ([name, point, application, ...more]) =>
  application !== undefined && more.length === 0 && onCurve(CURVES['ecdsa-sha2-nistp256'], name, point) ? undefined : 'STRUCTURE';

// DSA is absent: OpenSSH removed it.
const TYPES: Readonly<Record<string, Judge | undefined>> = {
  'ssh-ed25519': ed25519, 'ssh-rsa': rsa, 'ecdsa-sha2-nistp256': ecdsa, 'ecdsa-sha2-nistp384': ecdsa, 'ecdsa-sha2-nistp521': ecdsa,
  'sk-ssh-ed25519@openssh.com': securityEd25519, 'sk-ecdsa-sha2-nistp256@openssh.com': securityEcdsa,
};
