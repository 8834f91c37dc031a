import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import { Certificate, ExtKeyUsage, PKIStatus, SignedData, SignedDataVerifyError, TimeStampResp, TSTInfo, type ContentInfo, type SignerInfo } from 'pkijs';
import { no, ok, type Instant, type Result } from '@cadastre/domain/core';
import { SHA256 } from './request.ts';

/** What a token says once it has been believed. */
export interface Timestamp {
  /** genTime of the token: the authority's clock, milliseconds where it gives them. */
  readonly at: Instant;
  /** Serial number of the token at its authority, hexadecimal. */
  readonly serial: string;
  /** OID of the policy that the authority stamps under. */
  readonly policy: string;
  /** Subject of the certificate that signed, as `CN=…, O=…`. */
  readonly authority: string;
}

/** Why a response is not believed. `detail` is for the log, in English. */
export interface TimestampRefusal {
  readonly code: 'MALFORMED' | 'NOT_GRANTED' | 'OTHER_BYTES' | 'OTHER_NONCE' | 'NOT_A_TIMESTAMP_KEY' | 'UNTRUSTED' | 'BAD_SIGNATURE' | 'WRONG_TIME';
  readonly detail: string;
}

export interface TimestampQuestion {
  /** What was sent to be stamped; its SHA-256 must be the message imprint. */
  readonly bytes: Uint8Array;
  /** Trust anchors: certificates of authorities, out of band. */
  readonly roots: readonly Certificate[];
  /** The request's; absent when a stored token is looked at again. */
  readonly nonce?: Uint8Array;
  /** When the answer came; absent when a stored token is looked at again. */
  readonly now?: Instant;
}

/** Beyond this an authority's clock, or ours, is wrong, and a token that says so would be worse than none. */
const MAX_CLOCK_DIFFERENCE_MS = 300_000;

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  essCertId: '1.2.840.113549.1.9.16.2.12',
  essCertIdV2: '1.2.840.113549.1.9.16.2.47',
  extKeyUsage: '2.5.29.37',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;
const DIGESTS: Readonly<Record<string, string>> = { [SHA256]: 'sha256', '2.16.840.1.101.3.4.2.2': 'sha384', '2.16.840.1.101.3.4.2.3': 'sha512' };
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;
const NAMES: Readonly<Record<string, string>> = { '2.5.4.3': 'CN', '2.5.4.6': 'C', '2.5.4.10': 'O', '2.5.4.11': 'OU', '2.5.4.7': 'L', '2.5.4.97': 'organizationIdentifier' };

/** The certificates of a PEM file. @throws when it holds none, or one that cannot be read. */
export const certificatesOf = (pem: string): readonly Certificate[] => {
  const found = [...pem.matchAll(CERTIFICATE)].map(([, body]) => Certificate.fromBER(Uint8Array.from(Buffer.from(body ?? '', 'base64'))));
  if (found.length === 0) throw new Error('no PEM certificate in it');
  return found;
};

/**
 * Whether a TimeStampResp (DER) is what RFC 3161 §2.2 lets one believe: granted, over these bytes, with our nonce, signed by a certificate that may do nothing
 * but stamp, is the one the signed attributes name (RFC 5816), and leads to a root of ours, all valid at the moment of the stamp.
 * Revocation is not looked at: an auditor checks it with the authority's own lists.
 */
export const verifyTimestamp = async (response: Uint8Array, question: TimestampQuestion): Promise<Result<Timestamp, TimestampRefusal>> => {
  try {
    const read = readToken(response);
    if (!read.ok) return read;
    const { info, signed } = read.value;
    const fault = faultOfContent(info, question) ?? faultOfSigner(read.value) ?? (await faultOfSignature(signed, question));
    return fault === undefined ? ok(stampOf(info, read.value.certificate)) : no(fault);
  } catch (error) {
    // pkijs throws for every form it does not know, and a response comes from a stranger.
    return refuse('MALFORMED', error instanceof Error ? error.message : String(error));
  }
};

interface Token { readonly signed: SignedData; readonly signer: SignerInfo; readonly certificate: Certificate; readonly info: TSTInfo }

const refuse = (code: TimestampRefusal['code'], detail: string) => no({ code, detail });

const readToken = (response: Uint8Array): Result<Token, TimestampRefusal> => {
  const bytes = Uint8Array.from(response);
  const parsed = asn1js.fromBER(bytes);
  if (parsed.offset !== bytes.length) return refuse('MALFORMED', 'not one DER value');
  const { status, timeStampToken } = new TimeStampResp({ schema: parsed.result });
  // 0 granted, 1 granted with modifications (RFC 3161 §2.4.2); the rest comes without a token.
  if ((status.status !== PKIStatus.granted && status.status !== PKIStatus.grantedWithMods) || timeStampToken === undefined) {
    return refuse('NOT_GRANTED', `status ${String(status.status)}: ${(status.statusStrings ?? []).map(s => s.valueBlock.value).join('; ')}`);
  }
  if (timeStampToken.contentType !== OID.signedData) return refuse('MALFORMED', 'the token is no SignedData');
  const signed = new SignedData({ schema: contentOf(timeStampToken) });
  const [signer, ...others] = signed.signerInfos;
  if (signer === undefined || others.length > 0) return refuse('MALFORMED', 'a token has exactly one signer');
  const { eContentType, eContent } = signed.encapContentInfo;
  if (eContentType !== OID.tstInfo || eContent === undefined) return refuse('MALFORMED', 'what is signed is no TSTInfo');
  const certificate = certificateOf(signed, signer);
  if (certificate === undefined) return refuse('MALFORMED', 'the signer’s certificate is not in the token');
  return ok({ signed, signer, certificate, info: TSTInfo.fromBER(eContent.getValue()) });
};

const contentOf = (info: ContentInfo): asn1js.AsnType => info.content as asn1js.AsnType;

const certificateOf = (signed: SignedData, signer: SignerInfo): Certificate | undefined => {
  const named = signer.sid as { issuer?: { isEqual: (o: unknown) => boolean }; serialNumber?: asn1js.Integer };
  return (signed.certificates ?? []).find((c): c is Certificate =>
    c instanceof Certificate && named.issuer?.isEqual(c.issuer) === true && named.serialNumber?.isEqual(c.serialNumber) === true);
};

const hex = (bytes: Uint8Array | ArrayBuffer): string => Buffer.from(bytes as Uint8Array).toString('hex');

const faultOfContent = (info: TSTInfo, { bytes, nonce, now }: TimestampQuestion): TimestampRefusal | undefined => {
  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  const expected = createHash('sha256').update(bytes).digest('hex');
  if (hashAlgorithm.algorithmId !== SHA256 || hex(hashedMessage.valueBlock.valueHexView) !== expected) {
    return { code: 'OTHER_BYTES', detail: `the imprint is ${hex(hashedMessage.valueBlock.valueHexView)}, not SHA-256 ${expected}` };
  }
  if (nonce !== undefined && (info.nonce === undefined || hex(info.nonce.valueBlock.valueHexView) !== hex(nonce))) {
    return { code: 'OTHER_NONCE', detail: 'the nonce is not that of the request' };
  }
  if (now !== undefined && Math.abs(info.genTime.getTime() - Date.parse(now)) > MAX_CLOCK_DIFFERENCE_MS) {
    return { code: 'WRONG_TIME', detail: `stamped at ${info.genTime.toISOString()}, received at ${now}` };
  }
  return undefined;
};

/** RFC 3161 §2.3: the key of an authority stamps and does nothing else, and the extension that says so is critical. */
const faultOfSigner = ({ certificate, signer }: Token): TimestampRefusal | undefined => {
  const usage = certificate.extensions?.find(e => e.extnID === OID.extKeyUsage);
  const purposes = usage?.parsedValue instanceof ExtKeyUsage ? usage.parsedValue.keyPurposes : [];
  if (usage?.critical !== true || purposes.length !== 1 || purposes[0] !== OID.timeStamping) {
    return { code: 'NOT_A_TIMESTAMP_KEY', detail: `${subjectOf(certificate)} may not stamp: its extended key usage is not timeStamping alone, critical` };
  }
  if (DIGESTS[signer.digestAlgorithm.algorithmId] === undefined) return { code: 'BAD_SIGNATURE', detail: `digest ${signer.digestAlgorithm.algorithmId} is too weak or unknown` };
  const attributes = signer.signedAttrs?.attributes ?? [];
  const type = attributes.find(a => a.type === OID.contentType)?.values[0] as asn1js.ObjectIdentifier | undefined;
  if (type?.valueBlock.toString() !== OID.tstInfo) return { code: 'BAD_SIGNATURE', detail: 'the signed content type is not TSTInfo' };
  return namesCertificate(attributes, certificate) ? undefined : { code: 'BAD_SIGNATURE', detail: 'the signed attributes name another certificate' };
};

/** ESSCertID (SHA-1, RFC 2634) or ESSCertIDv2 (RFC 5035): the first names the signer, so that nobody swaps certificates of one key. */
const namesCertificate = (attributes: readonly { readonly type: string; readonly values: readonly unknown[] }[], certificate: Certificate): boolean => {
  const found = attributes.find(a => a.type === OID.essCertIdV2) ?? attributes.find(a => a.type === OID.essCertId);
  const first = childrenOf(childrenOf(found?.values[0])[0])[0];
  const parts = childrenOf(first);
  const algorithm = found?.type === OID.essCertId ? 'sha1' : parts[0] instanceof asn1js.Sequence ? DIGESTS[(childrenOf(parts[0])[0] as asn1js.ObjectIdentifier).valueBlock.toString()] : 'sha256';
  const named = parts.find(p => p instanceof asn1js.OctetString);
  if (algorithm === undefined || named === undefined) return false;
  return createHash(algorithm).update(new Uint8Array(certificate.toSchema().toBER())).digest('hex') === hex(named.valueBlock.valueHexView);
};

const childrenOf = (value: unknown): readonly asn1js.AsnType[] => (value instanceof asn1js.Sequence ? value.valueBlock.value : []);

const faultOfSignature = async (signed: SignedData, { bytes, roots }: TimestampQuestion): Promise<TimestampRefusal | undefined> => {
  try {
    // The library takes the token's genTime as the date of the whole path.
    const verified = await signed.verify({ signer: 0, data: Uint8Array.from(bytes).buffer, trustedCerts: [...roots], checkChain: true, extendedMode: true });
    return verified.signatureVerified === true ? undefined : { code: 'BAD_SIGNATURE', detail: 'the signature does not verify' };
  } catch (error) {
    if (!(error instanceof SignedDataVerifyError)) throw error;
    return { code: error.signerCertificateVerified === false ? 'UNTRUSTED' : 'BAD_SIGNATURE', detail: error.message };
  }
};

const subjectOf = (certificate: Certificate): string =>
  certificate.subject.typesAndValues.map(t => `${NAMES[t.type] ?? t.type}=${String((t.value.valueBlock as { value?: unknown }).value)}`).join(', ');

const stampOf = (info: TSTInfo, certificate: Certificate): Timestamp => ({
  at: info.genTime.toISOString(),
  serial: hex(info.serialNumber.valueBlock.valueHexView),
  policy: info.policy,
  authority: subjectOf(certificate),
});
