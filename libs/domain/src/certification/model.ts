import type { CertificationId, DatacenterId, Instant, RegionId } from '../core/index.ts';

/** What a person can check the entry against: where the document is, and that it is still the same one. */
export interface Evidence {
  /** Title, reference or address of the document. */
  readonly document: string;
  /** SHA-256 of the document, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** A certificate that somebody holds for one place, for a time. A renewal is another entry: the old one keeps its dates. */
export interface Certification {
  readonly id: CertificationId;
  /** Scheme, `[A-Z][A-Z0-9_]{1,30}`: HDS, SECNUMCLOUD, SOC2, ISO27001… An open list: a new scheme is a new word, never new code. */
  readonly kind: string;
  /** Exactly one of the two: a certification of a region covers every datacenter of it. */
  readonly regionId?: RegionId;
  readonly datacenterId?: DatacenterId;
  /** Legal person named on the certificate. */
  readonly holder: string;
  readonly from: Instant;
  /** First instant that is no longer covered. */
  readonly to: Instant;
  readonly evidence?: Evidence;
  /** Names of the fields above whose value is an assumption. */
  readonly assumed: readonly string[];
  readonly generation: number;
}
