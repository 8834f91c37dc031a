import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from 'pkijs';

export const SHA256 = '2.16.840.1.101.3.4.2.1';

/** Bytes of a nonce: RFC 3161 §2.4.1 asks for a large random number, "such as a 64 bit integer". */
export const NONCE_BYTES = 8;

/** The nonce as the DER INTEGER holds it: positive whatever was drawn, and never with a leading zero byte that an authority would drop. */
export const nonceOf = (drawn: Uint8Array): Uint8Array<ArrayBuffer> => {
  const nonce = Uint8Array.from(drawn);
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  return nonce;
};

/**
 * A TimeStampReq (RFC 3161 §2.4.1) over the SHA-256 of `bytes`, in DER. The authority's certificates are asked for: without them the answer proves nothing offline.
 * @param nonce as `nonceOf` makes it; the answer must repeat it.
 */
export const timestampRequest = (bytes: Uint8Array, nonce: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const digest = createHash('sha256').update(bytes).digest();
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new asn1js.Null() }),
      hashedMessage: new asn1js.OctetString({ valueHex: Uint8Array.from(digest).buffer }),
    }),
    nonce: new asn1js.Integer({ valueHex: nonce.slice().buffer }),
    certReq: true,
  });
  return new Uint8Array(request.toSchema().toBER());
};
