import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sshKeyFault } from './ssh-key.ts';

const part = (bytes: Buffer | string): Buffer => {
  const b = Buffer.from(bytes as Buffer);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(b.length);
  return Buffer.concat([length, b]);
};
const line = (type: string, ...parts: readonly Buffer[]): string => `${type} ${Buffer.concat([part(type), ...parts]).toString('base64')} someone`;
const raw = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url');
/** A positive multiple-precision integer has its high bit clear. */
const mpint = (b: Buffer): Buffer => ((b[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), b]) : b);

const ed = raw(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x);
const ec = (curve: string): Buffer => {
  const { x, y } = generateKeyPairSync('ec', { namedCurve: curve }).publicKey.export({ format: 'jwk' });
  return Buffer.concat([Buffer.of(4), raw(x), raw(y)]);
};
const rsa = (bits: number): string => {
  const { e, n } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  return line('ssh-rsa', part(mpint(raw(e))), part(mpint(raw(n))));
};
const p256 = ec('P-256');
const off = Buffer.from(p256);
off[64] = (off[64] ?? 0) ^ 1;

describe('an SSH key', () => {
  it.each([
    ['ed25519', line('ssh-ed25519', part(ed))],
    ['ed25519 without a comment', line('ssh-ed25519', part(ed)).replace(' someone', '')],
    ['ed25519 with a line end', `${line('ssh-ed25519', part(ed))}\n`],
    ['P-256', line('ecdsa-sha2-nistp256', part('nistp256'), part(p256))],
    ['P-384', line('ecdsa-sha2-nistp384', part('nistp384'), part(ec('P-384')))],
    ['P-521', line('ecdsa-sha2-nistp521', part('nistp521'), part(ec('P-521')))],
    ['RSA of 2,048 bits', rsa(2048)],
    ['a hardware ed25519', line('sk-ssh-ed25519@openssh.com', part(ed), part('ssh:'))],
    ['a hardware P-256', line('sk-ecdsa-sha2-nistp256@openssh.com', part('nistp256'), part(p256), part('ssh:'))],
  ])('is taken: %s', (_, key) => {
    expect(sshKeyFault(key)).toBeUndefined();
  });

  it.each([
    ['one word', 'ssh-ed25519', 'FORM'],
    ['two lines', `${line('ssh-ed25519', part(ed))}\n${line('ssh-ed25519', part(ed))}`, 'FORM'],
    ['options that run a command', `command="sh" ${line('ssh-ed25519', part(ed))}`, 'TYPE'],
    ['DSA, which OpenSSH removed', line('ssh-dss', part(ed)), 'TYPE'],
    ['letters that are no base64', 'ssh-ed25519 AAAA*AAA', 'BASE64'],
    ['31 bytes', line('ssh-ed25519', part(ed.subarray(1))), 'STRUCTURE'],
    ['something after the key', line('ssh-ed25519', part(ed), part('x')), 'STRUCTURE'],
    ['another type inside', line('ssh-rsa', part(ed)).replace('ssh-rsa ', 'ssh-ed25519 '), 'STRUCTURE'],
    ['a length beyond the end', `ssh-ed25519 ${Buffer.concat([part('ssh-ed25519'), part(ed)]).subarray(0, 40).toString('base64')}`, 'STRUCTURE'],
    ['a point that is not on the curve', line('ecdsa-sha2-nistp256', part('nistp256'), part(off)), 'STRUCTURE'],
    ['the name of another curve', line('ecdsa-sha2-nistp256', part('nistp384'), part(p256)), 'STRUCTURE'],
    ['RSA of 1,024 bits', rsa(1024), 'RSA_TOO_SHORT'],
    ['an even RSA modulus', line('ssh-rsa', part(Buffer.of(1, 0, 1)), part(Buffer.alloc(256, 2))), 'STRUCTURE'],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', 'PRIVATE'],
  ])('is refused: %s', (_, key, fault) => {
    expect(sshKeyFault(key)).toBe(fault);
  });
});
