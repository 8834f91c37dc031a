import type { Result } from '@cadastre/domain/core';
import { no, ok } from '@cadastre/domain/core';
import { compactDecrypt, CompactEncrypt, decodeProtectedHeader, errors } from 'jose';
import { KEY_ALGORITHM, type SealingPrivateKey, type SealingPublicKey } from './keys.ts';

const CONTENT = 'A256GCM';
// Our own header name: `aud` would read as a JWT claim, which this is not. The whole protected header is authenticated by the JWE.
const PURPOSE = 'cadastre.purpose';

export interface SealFailure {
  /** UNKNOWN_KEY: sealed to another pair. WRONG_PURPOSE: meant for another use or another object. DAMAGED: changed, cut, or not a sealed text. */
  readonly code: 'UNKNOWN_KEY' | 'WRONG_PURPOSE' | 'DAMAGED';
  readonly detail: string;
}

/**
 * Seals a small secret to a public key as a compact JWE: who seals cannot open. `purpose` names what it is for, usually with the object's id
 * (`cluster-credential:cluster_…`): a sealed text moved to another row does not open there.
 */
export const seal = (to: SealingPublicKey, plaintext: string, of: { readonly purpose: string }): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(plaintext))
    .setProtectedHeader({ alg: KEY_ALGORITHM, enc: CONTENT, kid: to.kid, [PURPOSE]: of.purpose })
    .encrypt(to.key);

/** Opens what `seal` made, for the same purpose and the pair's private half. */
export const open = async (withKey: SealingPrivateKey, sealed: string, of: { readonly purpose: string }): Promise<Result<string, SealFailure>> => {
  try {
    const header = decodeProtectedHeader(sealed);
    if (header.kid !== withKey.kid) return no({ code: 'UNKNOWN_KEY', detail: `sealed to the key ${String(header.kid)}, this one is ${withKey.kid}` });
    if (header[PURPOSE] !== of.purpose) return no({ code: 'WRONG_PURPOSE', detail: `sealed for ${String(header[PURPOSE])}, not for ${of.purpose}` });
    const { plaintext } = await compactDecrypt(sealed, withKey.key, { keyManagementAlgorithms: [KEY_ALGORITHM], contentEncryptionAlgorithms: [CONTENT] });
    return ok(new TextDecoder().decode(plaintext));
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return no({ code: 'DAMAGED', detail: error.message });
    throw error;
  }
};
