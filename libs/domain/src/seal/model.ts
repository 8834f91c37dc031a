/** `UNGUARDED`: no notary has ever led here, events are taken without one. `FROZEN`: no event is taken, and so no act. */
export type AuditState = 'UNGUARDED' | 'OPEN' | 'FROZEN';
export type LogKind = 'GLOBAL' | 'PROVIDER' | 'TENANT';

/** Where one log stands between an index and a signature. Each number is a count of leaves; none is above the one before it. */
export interface LogProgress {
  readonly id: number;
  readonly origin: string;
  readonly kind: LogKind;
  /** Leaves that have an index. */
  readonly size: number;
  /** Leaves whose tiles and entry bundles are in storage. */
  readonly published: number;
  /** Size of the last checkpoint that the database holds. */
  readonly signed: number;
  /** Size of the checkpoint in storage, as far as this process wrote it: 0 after a start. */
  readonly filed: number;
  /** Milliseconds since the epoch; of the last heartbeat, or of the opening. */
  readonly heartbeatAt: number;
  /** Why nothing more of this log is sealed or published, and when to look again; the other logs go on. */
  readonly stopped?: { readonly reason: string; readonly retryAt: number };
}

/** What the notary sees when it asks itself what to do next. */
export interface SealView {
  readonly state: AuditState;
  /** Whether the server is still the one that was opened: after its restart every event is refused until it is opened again, whatever `state` says. */
  readonly sameServer: boolean;
  /** Whether this leader compared database, signer and storage since it took the lead and since the server started. */
  readonly compared: Comparison | undefined;
  readonly logs: readonly LogProgress[];
  /** The last look brought as many events as a batch holds: more wait. */
  readonly backlog: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly sequencedAt: number;
  readonly heartbeatMs: number;
  /** Of the global log; undefined: nobody is configured. */
  readonly witness: Outside | undefined;
  readonly timestamp: Outside | undefined;
}

/** Somebody outside who is asked from time to time: the witnesses, the time-stamping authority. */
export interface Outside {
  /** Global size that they last vouched for. */
  readonly size: number;
  /** When they last did, or were last asked in vain. */
  readonly askedAt: number;
  readonly everyMs: number;
  /** Asked and not answered yet: it must not hold up the sealing. */
  readonly underWay: boolean;
}

/** What one log is in the three places that remember it. */
export interface Remembrance {
  readonly origin: string;
  readonly database: { readonly size: number; readonly root: string; readonly published: number };
  /** Of the signer; undefined: it never signed this log. */
  readonly signer: { readonly size: number; readonly root: string } | undefined;
  /** Whether the entry bundle with the last leaf that must be there is there. */
  readonly storage: 'WHOLE' | 'LACKING';
}

export type Comparison =
  | { readonly verdict: 'AGREED' }
  /** Logs whose published leaves storage lost while the database still has them: they are written again. */
  | { readonly verdict: 'REPUBLISH'; readonly origins: readonly string[] }
  /** Storage holds what the database lost. */
  | { readonly verdict: 'BEHIND'; readonly origins: readonly string[]; readonly lost: number }
  /** Nobody holds it any more. Only a person may decide to go on, under a new origin. */
  | { readonly verdict: 'PAST_LOST'; readonly origins: readonly string[]; readonly lost: number }
  /** The database has another tree than was signed, at the same size. */
  | { readonly verdict: 'CONTRADICTED'; readonly origins: readonly string[] }
  /** Transaction ids begin again below the cursor: events would come in an order that is not the order of their commits. */
  | { readonly verdict: 'OTHER_SERVER' };

export type SealStep =
  | { readonly do: 'compare' }
  | { readonly do: 'freeze'; readonly reason: string }
  | { readonly do: 'republish'; readonly origins: readonly string[] }
  | { readonly do: 'recover'; readonly origins: readonly string[] }
  | { readonly do: 'open' }
  | { readonly do: 'sequence' }
  | { readonly do: 'publish'; readonly logs: readonly number[] }
  | { readonly do: 'sign'; readonly logs: readonly number[] }
  | { readonly do: 'file'; readonly logs: readonly number[] }
  | { readonly do: 'retry'; readonly logs: readonly number[] }
  | { readonly do: 'beat'; readonly logs: readonly number[] }
  | { readonly do: 'cosign' }
  | { readonly do: 'timestamp' }
  | { readonly do: 'rest'; readonly ms: number };

/** One next move, and why. */
export interface SealPlan {
  readonly step: SealStep;
  readonly because: string;
}
