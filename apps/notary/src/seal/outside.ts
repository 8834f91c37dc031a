/** Those outside of the operator's hands that the notary asks to vouch for a checkpoint of the global log. */
export interface WitnessPort {
  /** The size that each witness last cosigned decides which proof it needs: the client keeps it. `proofFrom` gives the consistency proof from a size. */
  cosign(checkpoint: SignedCheckpoint, proofFrom: (size: bigint) => Promise<readonly Uint8Array[]>): Promise<Cosigned>;
}
export interface TimestampPort {
  /** Name of the authority, for the row. */
  readonly authority: string;
  /** An RFC 3161 response over exactly these bytes, verified. */
  timestamp(note: string): Promise<{ readonly token: Uint8Array; readonly at: number }>;
}

export interface SignedCheckpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
  /** With the log's signature alone. */
  readonly note: string;
}
export interface Cosigned {
  /** Verified lines, each of another witness. */
  readonly lines: readonly { readonly witness: string; readonly line: string; readonly at: number }[];
  /** Whether the policy's quorum is met. */
  readonly quorum: boolean;
  /** Why witnesses are missing, by name. */
  readonly missing: readonly { readonly witness: string; readonly because: string }[];
}

export interface Outsiders {
  readonly witness: { readonly port: WitnessPort; readonly everyMs: number } | undefined;
  readonly timestamp: { readonly port: TimestampPort; readonly everyMs: number } | undefined;
}
