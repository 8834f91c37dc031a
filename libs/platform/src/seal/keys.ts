import { chmod, mkdir, open as openFile, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CryptoKey, JWK } from 'jose';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';

export const KEY_ALGORITHM = 'ECDH-ES+A256KW';

/** Opens nothing: the provider door holds this half. */
export interface SealingPublicKey {
  readonly half: 'public';
  /** RFC 7638 thumbprint; the same for both halves. */
  readonly kid: string;
  readonly key: CryptoKey;
}
/** Opens everything sealed to its other half: the controller alone holds it. */
export interface SealingPrivateKey {
  readonly half: 'private';
  readonly kid: string;
  readonly key: CryptoKey;
}

/** A fresh P-256 pair as JWKs, both carrying the thumbprint as `kid`. */
export const generateSealingKeys = async (): Promise<{ readonly publicJwk: JWK; readonly privateJwk: JWK }> => {
  const pair = await generateKeyPair(KEY_ALGORITHM, { crv: 'P-256', extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const marks = { kid: await calculateJwkThumbprint(publicJwk), use: 'enc', alg: KEY_ALGORITHM };
  return { publicJwk: { ...publicJwk, ...marks }, privateJwk: { ...(await exportJWK(pair.privateKey)), ...marks } };
};

/**
 * Writes a new pair, unless the private file is there already: overwriting it would make everything sealed so far unreadable for ever.
 * The private file comes last and by rename, so that a crash in between leaves no pair rather than half of one.
 * @throws when the private file exists (code EEXIST) or a folder cannot be written.
 */
export const writeSealingKeys = async (publicFile: string, privateFile: string): Promise<void> => {
  const there = await stat(privateFile).then(() => true, () => false);
  if (there) throw Object.assign(new Error(`${privateFile} exists and is never overwritten; move it away to begin anew`), { code: 'EEXIST' });
  const { publicJwk, privateJwk } = await generateSealingKeys();
  await writeWhole(publicFile, publicJwk, 0o644);
  await writeWhole(privateFile, privateJwk, 0o600);
};

const writeWhole = async (file: string, jwk: JWK, mode: number): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.new`;
  const handle = await openFile(draft, 'w', mode);
  try {
    await handle.writeFile(`${JSON.stringify(jwk, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(draft, mode);
  await rename(draft, file);
};

const readKey = async (file: string, half: 'public' | 'private'): Promise<{ readonly kid: string; readonly key: CryptoKey }> => {
  const remedy = 'generate the pair anew, or copy the file again from where it was made';
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`the ${half} sealing key ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  let jwk: JWK;
  try {
    jwk = JSON.parse(text) as JWK;
  } catch {
    throw new Error(`the ${half} sealing key ${file} is not JSON; ${remedy}`);
  }
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || jwk.x === undefined || jwk.y === undefined) throw new Error(`the ${half} sealing key ${file} is not a P-256 JWK; ${remedy}`);
  if (half === 'public' && jwk.d !== undefined) throw new Error(`${file} holds a private key where the public half belongs; give this process the public file only`);
  if (half === 'private' && jwk.d === undefined) throw new Error(`${file} holds only the public half; the private file is needed here`);
  const key = await importJWK(jwk, KEY_ALGORITHM);
  if (key instanceof Uint8Array) throw new Error(`the ${half} sealing key ${file} is not an asymmetric key; ${remedy}`);
  return { kid: await calculateJwkThumbprint(jwk), key };
};

/** @throws a sentence when the file is missing, damaged, or holds a private key: a door must not be given one by mistake. */
export const loadPublicKey = async (file: string): Promise<SealingPublicKey> => ({ half: 'public', ...(await readKey(file, 'public')) });

/** @throws a sentence when the file is missing, damaged, or only the public half. */
export const loadPrivateKey = async (file: string): Promise<SealingPrivateKey> => ({ half: 'private', ...(await readKey(file, 'private')) });
