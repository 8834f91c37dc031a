import { createHash } from 'node:crypto';

/** A granted RFC 3161 response as an authority would make one, but for its signature, which the verifiers do not look at. */
export const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  if (content.length < 128) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.from(content.length.toString(16).padStart(content.length < 256 ? 2 : content.length < 65_536 ? 4 : 6, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 + length.length), length, content]);
};
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const integer = (n: number): Buffer => der(0x02, Buffer.of(n));

/** What is not as it should be in a response. */
export interface Faults {
  readonly status?: number;
  readonly version?: number;
  readonly hash?: string;
  readonly parameters?: readonly Buffer[];
  readonly content?: string;
  readonly info?: string;
  readonly timeTag?: number;
  readonly outer?: number;
  readonly signers?: readonly Buffer[];
  readonly more?: readonly Buffer[];
}

export const tokenOf = (data: Buffer, time: string, faults: Faults = {}): Buffer => {
  const algorithm = der(0x30, oid(faults.hash ?? '608648016503040201'), ...(faults.parameters ?? [der(0x05)]));
  const imprint = der(0x30, algorithm, der(0x04, createHash('sha256').update(data).digest()));
  const info = der(0x30, integer(faults.version ?? 1), oid('2a0304'), imprint, integer(7), der(faults.timeTag ?? 0x18, Buffer.from(time)));
  const signer = der(0x30, integer(1), der(0x04, Buffer.alloc(200, 0x5a)));
  const signed = der(0x30, integer(3), der(0x31, algorithm), der(0x30, oid(faults.info ?? '2a864886f70d0109100104'), der(0xa0, der(0x04, info))), der(0x31, ...(faults.signers ?? [signer])));
  return der(faults.outer ?? 0x30, der(0x30, integer(faults.status ?? 0)), der(0x30, oid(faults.content ?? '2a864886f70d010702'), der(0xa0, signed)), ...(faults.more ?? []));
};
