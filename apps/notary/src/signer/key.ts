import { spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whoever holds the Ed25519 key of the logs. */
export interface KeyPort {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes (RFC 8032, the message itself and not its digest). Rejects when the key does not answer or answers something else. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

const rawPublic = (key: KeyObject, path: string): Uint8Array => {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${path} holds a key of type ${key.asymmetricKeyType ?? 'unknown'}: the logs are signed with Ed25519`);
  const { x } = key.export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url');
};

/** A key in a file of the signer's own (PKCS#8 PEM). */
export const fileKey = async (path: string): Promise<KeyPort> => {
  const pem = await readFile(path, 'utf8');
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error(`${path} is no private key in PKCS#8 PEM`);
  }
  return { publicKey: rawPublic(createPublicKey(key), path), sign: message => Promise.resolve(sign(null, message, key)) };
};

/** Draws a key, once: an existing file is never touched, because whatever it signed could no longer be continued. */
export const initKey = async (path: string): Promise<void> => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    await file.sync();
  } finally {
    await file.close();
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const ANSWER_MS = 10_000;
const MOST = 4_096;

const ask = ([program = '', ...args]: readonly string[], message: Uint8Array): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: ANSWER_MS });
  const out: Buffer[] = [];
  let [got, said] = [0, ''];
  child.stdout.on('data', (part: Buffer) => {
    got += part.length;
    if (got <= MOST) out.push(part);
    else child.kill();
  });
  child.stderr.on('data', (part: Buffer) => { said = `${said}${part.toString()}`.slice(-500); });
  child.on('error', error => { reject(new Error(`the key's program ${program} cannot run: ${error.message}`)); });
  child.on('close', (code, signal) => {
    if (code === 0) resolve(Buffer.concat(out));
    else reject(new Error(`the key's program ${program} ended with ${signal ?? String(code)}: ${said.trim() || 'it said nothing'}`));
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(message);
  return promise;
};

/**
 * A key that never leaves its device: a program gets the message on standard input and answers 64 bytes. Rejected: a binding to PKCS#11 in this process, which
 * would load the vendor's library beside the memory that guards against going back; a program can be confined, replaced and tried by hand.
 */
export const commandKey = async (command: string, publicKeyPath: string): Promise<KeyPort> => {
  const words = command.split(' ').filter(word => word !== '');
  const key = createPublicKey(await readFile(publicKeyPath, 'utf8'));
  return {
    publicKey: rawPublic(key, publicKeyPath),
    sign: async message => {
      const signature = await ask(words, message);
      // A program that signs with another key, or signs the digest, would spoil every checkpoint from here on.
      if (signature.length !== 64 || !verify(null, message, key, signature)) throw new Error(`the key's program answered ${String(signature.length)} bytes that are no signature by the key of ${publicKeyPath}`);
      return signature;
    },
  };
};
