// Generated from apps/api/tenant.graphql by tools/generate/schema.mjs.
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** RFC 3339 instant in UTC with milliseconds, for example `2026-11-24T10:00:00.000Z`. */
  DateTime: { input: string; output: string; }
  /** A whole number of up to 2^53: money of years, watt-hours and grams leave the 32 bits of Int. */
  SafeInt: { input: number; output: number; }
};

export type AccessEnd =
  | 'EXPIRED'
  /** The instance was given back. */
  | 'RELEASED'
  | 'REVOKED';

/** One grant, or the use without one, and what became of it. Everything is read from events: what was taken back is there too. */
export type AccessFinding = {
  readonly __typename?: 'AccessFinding';
  /** Roles; `read` for a mandate; for SSH_KEYS their number, where the event has it. */
  readonly allows: ReadonlyArray<Scalars['String']['output']>;
  readonly approvedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Null for what takes one person, and for a mandate that nobody approved. */
  readonly approvedBy?: Maybe<Scalars['String']['output']>;
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly endedBy?: Maybe<Scalars['String']['output']>;
  readonly endedHow?: Maybe<AccessEnd>;
  /** The events that gave, approved and ended it. */
  readonly eventIds: ReadonlyArray<Scalars['ID']['output']>;
  readonly givenAt?: Maybe<Scalars['DateTime']['output']>;
  readonly givenBy?: Maybe<Scalars['String']['output']>;
  /** The mandate, key or instance; null for ROLE. */
  readonly grantId?: Maybe<Scalars['String']['output']>;
  readonly kind: AccessKind;
  readonly legalAct?: Maybe<Scalars['String']['output']>;
  /** In one sentence, in the reader's language. */
  readonly summary: Scalars['String']['output'];
  readonly until?: Maybe<Scalars['DateTime']['output']>;
  /** Null where uses are not recorded at all, as for a session on an instance; a count of 0 is a grant that was never used. */
  readonly uses?: Maybe<AccessUses>;
};

/** How access was given. */
export type AccessKind =
  /** An API key of the subject, or the subject itself when it is a key: whoever holds it acts with its roles. */
  | 'APIKEY'
  /** A mandate: events about the object could be read. */
  | 'MANDATE'
  /** No grant is recorded here, but there was use: roles are given in the directory. */
  | 'ROLE'
  /** An order put SSH keys on the instance; whose, its event does not say. */
  | 'SSH_KEYS';

/** Who gave the subject access to the object, who approved, until when, and was it used. */
export type AccessTrail = {
  readonly __typename?: 'AccessTrail';
  /** False: there were more than 10,000 events of a kind, or a mandate shows only a part of the log. */
  readonly complete: Scalars['Boolean']['output'];
  /** In the order in which access was given; use without a grant last. Empty: the log has nothing of it. */
  readonly findings: ReadonlyArray<AccessFinding>;
  readonly from: Scalars['DateTime']['output'];
  readonly notRecorded: ReadonlyArray<AccessUnknown>;
  readonly object: Scalars['String']['output'];
  readonly subject: Scalars['String']['output'];
  readonly to: Scalars['DateTime']['output'];
};

export type AccessTrailResult = AccessTrail | Conflict | Forbidden | NotFound | ValidationFailed;

/** What no event can say, so that its absence is not taken for a no. */
export type AccessUnknown = {
  readonly __typename?: 'AccessUnknown';
  /** DIRECTORY_ROLES, INSTANCE_SESSIONS, KEY_HOLDERS or OUTSIDE_READS. */
  readonly code: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
};

/** What the subject did or read on the strength of a grant, in the period asked for. */
export type AccessUses = {
  readonly __typename?: 'AccessUses';
  readonly count: Scalars['Int']['output'];
  readonly first?: Maybe<Scalars['DateTime']['output']>;
  readonly last?: Maybe<Scalars['DateTime']['output']>;
  /** The first events, at most five. */
  readonly sampleEventIds: ReadonlyArray<Scalars['ID']['output']>;
};

/** Something wrong with an audit log, found by the monitor. One is open for each kind, log and place; what is found again is counted. Kept when it is over. */
export type Alarm = Node & {
  readonly __typename?: 'Alarm';
  /** Until when a person must have acknowledged it: a day (SecNumCloud 3.2 §12.9), less for damage. */
  readonly acknowledgeBy: Scalars['DateTime']['output'];
  readonly acknowledgedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly detail: ReadonlyArray<AlarmDetail>;
  /** Event that the leaf is of, where it is known. */
  readonly eventId?: Maybe<Scalars['String']['output']>;
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly kind: AlarmKind;
  readonly lastSeenAt: Scalars['DateTime']['output'];
  readonly leafIndex?: Maybe<Scalars['SafeInt']['output']>;
  /** What is wrong, in words. */
  readonly message: Scalars['String']['output'];
  /** Origin of the log concerned. */
  readonly origin: Scalars['String']['output'];
  /** Nobody acknowledged it in time. */
  readonly overdue: Scalars['Boolean']['output'];
  /** Within the log: `leaf/17`, `tile/0/000`, `witness/w1`; empty: the whole log. */
  readonly place: Scalars['String']['output'];
  readonly raisedAt: Scalars['DateTime']['output'];
  /** False while the log could not take the event of this alarm: it follows as soon as it can. */
  readonly recorded: Scalars['Boolean']['output'];
  readonly resolvedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Times that it was found, the first included. */
  readonly seen: Scalars['SafeInt']['output'];
  readonly severity: AlarmSeverity;
  readonly state: AlarmState;
  /** What to do. */
  readonly suggestion: Scalars['String']['output'];
};

export type AlarmConnection = {
  readonly __typename?: 'AlarmConnection';
  readonly edges: ReadonlyArray<AlarmEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type AlarmDetail = {
  readonly __typename?: 'AlarmDetail';
  readonly name: Scalars['String']['output'];
  /** A number in the unit that the name says, or a word of a closed list. */
  readonly value: Scalars['String']['output'];
};

export type AlarmEdge = {
  readonly __typename?: 'AlarmEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Alarm;
};

export type AlarmFilter = {
  readonly kind?: InputMaybe<AlarmKind>;
  readonly state?: InputMaybe<AlarmState>;
};

/** What can be wrong with an audit log, or with what guards it (docs/operations.md). */
export type AlarmKind =
  /** A checkpoint is malformed or not signed by the trusted key. */
  | 'CHECKPOINT_INVALID'
  /** Clocks differ too much. */
  | 'CLOCK_SKEW'
  /** An event does not have the digest that its writer gave. */
  | 'DIGEST_MISMATCH'
  /** No heartbeat of a log for too long. */
  | 'HEARTBEAT_SILENT'
  /** The cluster was changed with our service account, without an act of ours. */
  | 'KUBE_FOREIGN'
  /** The database has another hash of a leaf than was published. */
  | 'LEAF_ALTERED'
  /** No event is taken, and so no act. */
  | 'LOG_FROZEN'
  /** A log is not sealed any more because of what waits in it. */
  | 'LOG_STOPPED'
  /** A log does not continue what the monitor had verified of it. */
  | 'ROLLED_BACK'
  /** A sealed event's bytes are no longer those that were sealed. */
  | 'ROW_ALTERED'
  /** A sealed event is gone, and was not pruned. */
  | 'ROW_MISSING'
  /** Events wait for their seal for too long. */
  | 'SEAL_LAG'
  /** A sink of a log is too far behind. */
  | 'SINK_BEHIND'
  /** The global log tells two stories of a log. */
  | 'SPLIT_VIEW'
  /** A file of the log does not lead to the signed root. */
  | 'TILE_ALTERED'
  /** No timestamp for too long. */
  | 'TIMESTAMP_STALE'
  /** The monitor could not verify everything for too long. */
  | 'UNVERIFIED'
  /** A witness has not cosigned for too long. */
  | 'WITNESS_MISSING'
  /** Too few witnesses cosigned for too long. */
  | 'WITNESS_QUORUM_MISSING';

export type AlarmSeverity =
  /** Evidence is damaged, or nothing is taken any more. */
  | 'CRITICAL'
  /** A guarantee is missing now. */
  | 'MAJOR'
  /** A guarantee will be missing if nobody does anything. */
  | 'WARNING';

export type AlarmState =
  /** Somebody has; it lasts. */
  | 'ACKNOWLEDGED'
  /** Nobody has acknowledged it. */
  | 'OPEN'
  /** Over: by itself where its cause could go, else because a person said so. */
  | 'RESOLVED';

export type AlarmsResult = AlarmConnection | Forbidden;

/** A machine's way in. The key itself is shown once, at creation. */
export type ApiKey = Node & {
  readonly __typename?: 'ApiKey';
  readonly allowedCidrs: ReadonlyArray<Scalars['String']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly expiresAt: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly lastUsedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly name: Scalars['String']['output'];
  /** Enough to recognise it, not to use it. */
  readonly prefix: Scalars['String']['output'];
  readonly revokedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly roles: ReadonlyArray<Scalars['String']['output']>;
};

export type ApiKeyConnection = {
  readonly __typename?: 'ApiKeyConnection';
  readonly edges: ReadonlyArray<ApiKeyEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type ApiKeyCreated = {
  readonly __typename?: 'ApiKeyCreated';
  readonly apiKey: ApiKey;
  readonly receipt: Receipt;
  /** The key; null when the answer is replayed for a repeated idempotency key, because it is not stored. */
  readonly secret?: Maybe<Scalars['String']['output']>;
};

export type ApiKeyEdge = {
  readonly __typename?: 'ApiKeyEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: ApiKey;
};

export type ApiKeyRevoked = {
  readonly __typename?: 'ApiKeyRevoked';
  readonly apiKey: ApiKey;
  readonly receipt: Receipt;
};

export type ApiKeysResult = ApiKeyConnection | Forbidden;

export type ApproveMandateInput = {
  /** The generation that was read. */
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type ApproveMandateResult = Conflict | Forbidden | IdempotencyConflict | MandateAccepted | NotFound | ValidationFailed;

/** One audit event. `line` is the stored leaf, byte for byte; the other fields are read from it for convenience. */
export type AuditEvent = Node & {
  readonly __typename?: 'AuditEvent';
  readonly actorId: Scalars['String']['output'];
  /** SHA-256 of `line`, hex, as computed by the writer. */
  readonly digest: Scalars['String']['output'];
  readonly id: Scalars['ID']['output'];
  readonly line: Scalars['String']['output'];
  readonly outcome: AuditOutcome;
  /** Who it was, as far as the event carries it and the key is still there. Events of one act share `request.id` in `line`; the values stand in the first. */
  readonly personal: ReadonlyArray<PersonalValue>;
  readonly phase: Scalars['String']['output'];
  readonly reason?: Maybe<Scalars['String']['output']>;
  readonly targetId: Scalars['String']['output'];
  readonly targetKind: Scalars['String']['output'];
  /** The actor's clock at the act. */
  readonly time: Scalars['DateTime']['output'];
  /** The database's clock at insert. */
  readonly timeRecorded: Scalars['DateTime']['output'];
  /** W3C trace id of the request that it was done in, 32 hexadecimal digits. */
  readonly traceId?: Maybe<Scalars['String']['output']>;
  readonly type: Scalars['String']['output'];
};

export type AuditEventConnection = {
  readonly __typename?: 'AuditEventConnection';
  readonly edges: ReadonlyArray<AuditEventEdge>;
  readonly pageInfo: PageInfo;
  /** Events of the filter on all pages: exact up to 10,000, and 10,000 beyond (`totalCountIsExact` is then false). */
  readonly totalCount: Scalars['Int']['output'];
  /** False: there are more than `totalCount`. */
  readonly totalCountIsExact: Scalars['Boolean']['output'];
};

export type AuditEventEdge = {
  readonly __typename?: 'AuditEventEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: AuditEvent;
};

/** Within a field any of the values, between fields all of them; at most 50 values a field. Each answer is a range of an index, also over ten million events. */
export type AuditEventFilter = {
  readonly actorId?: InputMaybe<Scalars['String']['input']>;
  readonly actorIds?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Recorded at or after, by the database's clock. */
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  readonly outcome?: InputMaybe<AuditOutcome>;
  readonly outcomes?: InputMaybe<ReadonlyArray<AuditOutcome>>;
  /** Why it was refused, failed or degraded: `NOT_ENOUGH_GPUS`. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  readonly reasons?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly targetId?: InputMaybe<Scalars['String']['input']>;
  readonly targetIds?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Recorded before. */
  readonly to?: InputMaybe<Scalars['DateTime']['input']>;
  /** W3C trace id, 32 hexadecimal digits: everything that one request did, also in other processes. */
  readonly traceId?: InputMaybe<Scalars['String']['input']>;
  readonly traceIds?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly type?: InputMaybe<Scalars['String']['input']>;
  /** Types, or areas that end in a dot: `compute.`, `iam.apikey.`. */
  readonly types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

export type AuditEventsResult = AuditEventConnection | Conflict | Forbidden | NotFound | ValidationFailed;

/** One file that proves a period of an audit log by itself (docs/audit-bundle.md): the stored leaves, signed and witnessed checkpoints, proofs, and the programs that check them. */
export type AuditExport = Node & {
  readonly __typename?: 'AuditExport';
  /** age recipients that the file is encrypted to; none: a plain zip. */
  readonly ageRecipients: ReadonlyArray<Scalars['String']['output']>;
  /** Size of the file; null until it is there. */
  readonly bytes?: Maybe<Scalars['SafeInt']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  /** Path at this door where it is downloaded with the same bearer token, in parts if need be (`Range`); null until it is there. Each download is an event. */
  readonly downloadPath?: Maybe<Scalars['String']['output']>;
  readonly end?: Maybe<Scalars['SafeInt']['output']>;
  /** Until when it can be downloaded. The same period asked for again gives the same bytes. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  readonly fileName: Scalars['String']['output'];
  /** First leaf of the bundle, and the one after the last; null until they are known. */
  readonly first?: Maybe<Scalars['SafeInt']['output']>;
  /** Acts of the period [from, to). */
  readonly from: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  /** The mandate under which a tenant's log is read at the provider door; null for one's own log. */
  readonly mandateId?: Maybe<Scalars['ID']['output']>;
  readonly operation: Operation;
  /** Whose log; null: the provider's. */
  readonly organisationId?: Maybe<Scalars['ID']['output']>;
  /** Opaque subject of whoever asked. */
  readonly requestedBy: Scalars['String']['output'];
  /** SHA-256 of the file, lower-case hex; also its ETag. */
  readonly sha256?: Maybe<Scalars['String']['output']>;
  readonly to: Scalars['DateTime']['output'];
  readonly views: ReadonlyArray<AuditExportView>;
};

export type AuditExportAccepted = {
  readonly __typename?: 'AuditExportAccepted';
  readonly auditExport: AuditExport;
  readonly operation: Operation;
  readonly receipt: Receipt;
};

export type AuditExportCancelled = {
  readonly __typename?: 'AuditExportCancelled';
  readonly auditExport: AuditExport;
  readonly operation: Operation;
  readonly receipt: Receipt;
};

export type AuditExportConnection = {
  readonly __typename?: 'AuditExportConnection';
  readonly edges: ReadonlyArray<AuditExportEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type AuditExportEdge = {
  readonly __typename?: 'AuditExportEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: AuditExport;
};

/** A derived format beside the leaves. Not evidence: each row names the `leaf_hash` of its event. */
export type AuditExportView =
  | 'cadf'
  | 'cef'
  | 'cloudevents'
  | 'ecs'
  | 'ocsf'
  | 'parquet';

export type AuditExportsResult = AuditExportConnection | Forbidden;

/** Events as JSON Lines, oldest first: each line is a stored leaf, untouched. */
export type AuditLines = {
  readonly __typename?: 'AuditLines';
  readonly count: Scalars['Int']['output'];
  /** Pass as `after` for the next part; the last part has `hasMore: false`. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  readonly hasMore: Scalars['Boolean']['output'];
  readonly jsonLines: Scalars['String']['output'];
};

export type AuditLinesResult = AuditLines | Conflict | Forbidden | NotFound | ValidationFailed;

export type AuditOutcome =
  | 'denied'
  | 'failure'
  | 'success'
  | 'unknown';

/** A place that is sent every sealed event of one audit log, in order, at least once. Each row names the leaf hash of its event; after an outage of any length it goes on where it was. */
export type AuditSink = Node & {
  readonly __typename?: 'AuditSink';
  /** PEM of the authorities that the receiver is checked against; null: the system's. */
  readonly caPem?: Maybe<Scalars['String']['output']>;
  /** Where the receiver keeps what it is sent, ISO 3166-1 alpha-2. */
  readonly country: Scalars['String']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  readonly deletedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When something last arrived. */
  readonly deliveredAt?: Maybe<Scalars['DateTime']['output']>;
  /** `host:port`, an https URL, or empty for FILES. */
  readonly endpoint: Scalars['String']['output'];
  readonly failingSince?: Maybe<Scalars['DateTime']['output']>;
  /** Why nothing goes out; null while it does. */
  readonly failure?: Maybe<Scalars['String']['output']>;
  readonly format: AuditExportView;
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly kind: AuditSinkKind;
  readonly name: Scalars['String']['output'];
  /** Index of the next leaf to be sent. */
  readonly nextIndex: Scalars['SafeInt']['output'];
  readonly paused: Scalars['Boolean']['output'];
  /** Who allowed a country outside of the European Union, and by which act. */
  readonly waiver?: Maybe<Scalars['String']['output']>;
};

export type AuditSinkAccepted = {
  readonly __typename?: 'AuditSinkAccepted';
  readonly auditSink: AuditSink;
  readonly receipt: Receipt;
};

export type AuditSinkConnection = {
  readonly __typename?: 'AuditSinkConnection';
  readonly edges: ReadonlyArray<AuditSinkEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type AuditSinkEdge = {
  readonly __typename?: 'AuditSinkEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: AuditSink;
};

/** How events are sent to a sink. */
export type AuditSinkKind =
  /** Files in the audit storage. */
  | 'FILES'
  /** POST over HTTPS. */
  | 'HTTPS'
  /** RFC 5424 over TLS (RFC 5425). */
  | 'SYSLOG_TLS';

export type AuditSinksResult = AuditSinkConnection | Forbidden;

export type AuditTrail = {
  readonly __typename?: 'AuditTrail';
  readonly since: Scalars['DateTime']['output'];
  readonly state: AuditTrailState;
};

/** UNGUARDED: no notary has sealed here yet. OPEN: events are taken and sealed. FROZEN: none is taken, because the past of the log is being checked or waits for the operator. */
export type AuditTrailState =
  | 'FROZEN'
  | 'OPEN'
  | 'UNGUARDED';

export type BudgetDimension =
  /** Euro cents. */
  | 'EUR_MINOR'
  | 'GPU_HOURS'
  | 'KWH';

/** Calendar periods in UTC; a quarter begins in January, April, July or October. */
export type BudgetPeriod =
  | 'MONTH'
  | 'QUARTER'
  | 'YEAR';

export type CancelAuditExportInput = {
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type CancelAuditExportResult = AuditExportCancelled | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type CancelReservationInput = {
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type CancelReservationResult = Conflict | Forbidden | IdempotencyConflict | NotFound | ReservationAccepted | ValidationFailed;

/**
 * A certificate that a legal person holds for a place and a time. It is what the register says, with its evidence, and no statement that anything complies. One of a
 * region covers every datacenter of it.
 */
export type Certification = Node & {
  readonly __typename?: 'Certification';
  /** Names of the fields whose value is an assumption. */
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  /** Null when it is of a region. */
  readonly datacenter?: Maybe<Datacenter>;
  /** Valid in [from, to). */
  readonly from: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  /** Legal person named on the certificate. */
  readonly holder: Scalars['String']['output'];
  readonly id: Scalars['ID']['output'];
  /** Scheme: HDS, SECNUMCLOUD, SOC2, ISO27001… */
  readonly kind: Scalars['String']['output'];
  /** Null when it is of a datacenter. */
  readonly region?: Maybe<Region>;
  readonly to: Scalars['DateTime']['output'];
};

export type CertificationConnection = {
  readonly __typename?: 'CertificationConnection';
  readonly edges: ReadonlyArray<CertificationEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type CertificationEdge = {
  readonly __typename?: 'CertificationEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Certification;
};

export type ChangeAuditSinkResult = AuditSinkAccepted | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

/** Kubernetes' condition vocabulary. `Unknown` is an answer: what is not observed is not guessed. */
export type Condition = {
  readonly __typename?: 'Condition';
  readonly lastTransitionTime: Scalars['DateTime']['output'];
  /** In words, for the reader of this door. */
  readonly message: Scalars['String']['output'];
  /** Generation of the object that was judged. */
  readonly observedGeneration: Scalars['Int']['output'];
  /** CamelCase-free closed list, for example `POD_RUNNING`. */
  readonly reason: Scalars['String']['output'];
  readonly status: ConditionStatus;
  readonly type: Scalars['String']['output'];
};

export type ConditionStatus =
  | 'False'
  | 'True'
  | 'Unknown';

/** The object's state does not allow it (changed meanwhile, in use, exists already, wrong state, still running). */
export type Conflict = Problem & {
  readonly __typename?: 'Conflict';
  readonly code: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly retryable: Scalars['Boolean']['output'];
  readonly suggestion: Scalars['String']['output'];
};

/** The end of an organisation's contract: after the notice, everything personal in its log is erased (SecNumCloud 3.2 §19.4). */
export type ContractEnd = Node & {
  readonly __typename?: 'ContractEnd';
  readonly approvedBy?: Maybe<Scalars['String']['output']>;
  readonly cancelledAt?: Maybe<Scalars['DateTime']['output']>;
  readonly cancelledBy?: Maybe<Scalars['String']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  /** From here everything is erased, unless it was cancelled or a legal hold stands in the way. */
  readonly dueAt?: Maybe<Scalars['DateTime']['output']>;
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  /** 21 to 365. */
  readonly noticeDays: Scalars['Int']['output'];
  /** From here the notice runs. */
  readonly noticedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly organisationId: Scalars['ID']['output'];
  readonly proposedBy: Scalars['String']['output'];
  readonly state: ContractEndState;
};

export type ContractEndConnection = {
  readonly __typename?: 'ContractEndConnection';
  readonly edges: ReadonlyArray<ContractEndEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type ContractEndEdge = {
  readonly __typename?: 'ContractEndEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: ContractEnd;
};

export type ContractEndState =
  | 'CANCELLED'
  /** The date has come; an erasure of everybody follows. */
  | 'ENDED'
  /** Approved by a second person: the notice runs. */
  | 'NOTICED'
  | 'PROPOSED';

export type CoolingKind =
  | 'AIR'
  | 'COLD_PLATE'
  | 'IMMERSION'
  | 'REAR_DOOR';

/** The same order with one change would have been accepted when it was refused. Never a change that loosens the law. */
export type Counterfactual = {
  readonly __typename?: 'Counterfactual';
  /** LATER: from when. At the tenant's door dates that others decide (ends of leases and reservations) are the next midnight UTC. */
  readonly at?: Maybe<Scalars['DateTime']['output']>;
  /** LATER: what happens then. */
  readonly because?: Maybe<LaterBecause>;
  readonly change: CounterfactualChange;
  /** FEWER: so many instances. */
  readonly count?: Maybe<Scalars['Int']['output']>;
  /** OTHER_SITE: its code. */
  readonly datacenter?: Maybe<Scalars['String']['output']>;
  /** OTHER_SITE. */
  readonly datacenterId?: Maybe<Scalars['ID']['output']>;
  /** SHORTER: the last end of a lease that would do; at the tenant's door the midnight UTC before it. */
  readonly leaseEnd?: Maybe<Scalars['DateTime']['output']>;
  /** WIDER_TOPOLOGY. */
  readonly level?: Maybe<TopologyLevel>;
  /** In words, in the language of the reader: "ask for 3". */
  readonly sentence: Scalars['String']['output'];
  /** OTHER_SHAPE: its code. */
  readonly shape?: Maybe<Scalars['String']['output']>;
};

export type CounterfactualChange =
  | 'FEWER'
  | 'LATER'
  | 'OTHER_SHAPE'
  | 'OTHER_SITE'
  | 'SHORTER'
  | 'WIDER_TOPOLOGY';

export type CreateApiKeyInput = {
  /** CIDR blocks from which it may be used; empty: any. */
  readonly allowedCidrs?: ReadonlyArray<Scalars['String']['input']>;
  /** Within the next 366 days. */
  readonly expiresAt: Scalars['DateTime']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly name: Scalars['String']['input'];
  /** Each must be one of the creator's own roles. */
  readonly roles: ReadonlyArray<Scalars['String']['input']>;
};

export type CreateApiKeyResult = ApiKeyCreated | Conflict | Forbidden | IdempotencyConflict | ValidationFailed;

export type CreateAuditExportInput = {
  /** age X25519 recipients (`age1…`), 16 at most. */
  readonly ageRecipients?: ReadonlyArray<Scalars['String']['input']>;
  readonly from: Scalars['DateTime']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** At least 180 s ago: the heartbeat that closes the period must have been written. */
  readonly to: Scalars['DateTime']['input'];
  readonly views?: ReadonlyArray<AuditExportView>;
};

export type CreateAuditExportResult = AuditExportAccepted | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type CreateAuditSinkInput = {
  readonly caPem?: InputMaybe<Scalars['String']['input']>;
  readonly country: Scalars['String']['input'];
  readonly endpoint?: Scalars['String']['input'];
  /** `parquet` only with FILES. */
  readonly format: AuditExportView;
  readonly idempotencyKey: Scalars['String']['input'];
  readonly kind: AuditSinkKind;
  readonly name: Scalars['String']['input'];
  /** Needed for a country outside of the European Union. */
  readonly waiver?: InputMaybe<Scalars['String']['input']>;
};

export type CreateAuditSinkResult = AuditSinkAccepted | Conflict | Forbidden | IdempotencyConflict | ValidationFailed;

/**
 * An order: either where and how much, or `planId` for exactly what a plan holds. With `planId` every field but name, image and keys is left out (CONTRADICTION
 * names those that are not); without it `projectId`, `shape` and `leaseEnd` are required.
 */
export type CreateGpuInstancesInput = {
  /** 1 to 512; all or none. Left out: 1. */
  readonly count?: InputMaybe<Scalars['Int']['input']>;
  /** Thousandths of a core of each instance; left out: in proportion to the GPUs. */
  readonly cpuMilli?: InputMaybe<Scalars['Int']['input']>;
  /** Where the volumes are that the order needs: only that datacenter will do. */
  readonly dataDatacenterId?: InputMaybe<Scalars['ID']['input']>;
  /** Id of a datacenter of that region; any when left out. */
  readonly datacenterId?: InputMaybe<Scalars['ID']['input']>;
  /** GPUs of each instance, 1 up to the shape's; left out: the whole machine. */
  readonly gpusPerInstance?: InputMaybe<Scalars['Int']['input']>;
  readonly idempotencyKey: Scalars['String']['input'];
  /** Container image with tag or digest. */
  readonly image: Scalars['String']['input'];
  /** May be asked to give way, with notice. Left out: no. */
  readonly interruptible?: InputMaybe<Scalars['Boolean']['input']>;
  /** Within the next 366 days. */
  readonly leaseEnd?: InputMaybe<Scalars['DateTime']['input']>;
  /** Tightens the project's, never loosens it. */
  readonly legalScope?: InputMaybe<LegalScopeInput>;
  /** Somebody must be at the site within so many minutes, at any hour of the week. */
  readonly maxResponseMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** RFC 1123 label of at most 40 characters; instances of a larger order get `-1`, `-2`… */
  readonly name: Scalars['String']['input'];
  /** Codes of other shapes that will do as well; 16 at most. */
  readonly orShapes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** A plan that is still held. */
  readonly planId?: InputMaybe<Scalars['ID']['input']>;
  readonly projectId?: InputMaybe<Scalars['ID']['input']>;
  /** Only pools that take such work. */
  readonly purpose?: InputMaybe<WorkPurpose>;
  /** Memory of each instance; left out: in proportion to the GPUs. */
  readonly ramMiB?: InputMaybe<Scalars['Int']['input']>;
  /** Code of a region; may be left out when the operator has only one. */
  readonly region?: InputMaybe<Scalars['String']['input']>;
  /** Take the machines of this reservation of the project. */
  readonly reservationId?: InputMaybe<Scalars['ID']['input']>;
  /** Code of a shape, for example `h200-8`. */
  readonly shape?: InputMaybe<Scalars['String']['input']>;
  /** Name of a slice profile of the shape; not with `gpusPerInstance`. */
  readonly slice?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 16 OpenSSH public keys. */
  readonly sshKeys: ReadonlyArray<Scalars['String']['input']>;
  readonly topology?: InputMaybe<TopologyInput>;
};

export type CreateGpuInstancesResult = Conflict | Forbidden | GpuInstancesAccepted | IdempotencyConflict | LegalScopeRefused | NotEnoughCapacity | NotFound | PowerRefused | QuotaExceeded | ValidationFailed;

export type CreateProjectInput = {
  /** `[a-z][a-z0-9-]{1,30}`, unique in the organisation. */
  readonly code: Scalars['String']['input'];
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  readonly idempotencyKey: Scalars['String']['input'];
  readonly legalScope?: LegalScopeInput;
  readonly name: Scalars['String']['input'];
  readonly stage?: ProjectStage;
};

export type CreateProjectResult = Conflict | Forbidden | IdempotencyConflict | ProjectAccepted | ValidationFailed;

export type CreateReservationInput = {
  readonly datacenterId?: InputMaybe<Scalars['ID']['input']>;
  /** Not in the past. */
  readonly from: Scalars['DateTime']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** 1 to 512, all or nothing. */
  readonly machines?: Scalars['Int']['input'];
  readonly projectId: Scalars['ID']['input'];
  /** Code; may be omitted where there is one region. */
  readonly region?: InputMaybe<Scalars['String']['input']>;
  /** Code of a shape. */
  readonly shape: Scalars['String']['input'];
  /** After `from`, at most 366 days. */
  readonly to: Scalars['DateTime']['input'];
};

export type CreateReservationResult = Conflict | Forbidden | IdempotencyConflict | NotFound | ReservationAccepted | ReservationRefused | ValidationFailed;

/** From the loosest to the strictest. */
export type DataClass =
  | 'HEALTH'
  | 'ORDINARY'
  | 'PUBLIC_SENSITIVE';

/** A building, or the part of one, that a region's machines stand in. */
export type Datacenter = Node & {
  readonly __typename?: 'Datacenter';
  readonly adminLocation: Scalars['String']['output'];
  readonly admittedTenantClasses: ReadonlyArray<TenantClass>;
  /** Names of the fields whose value is an assumption, not a published fact. */
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  readonly code: Scalars['String']['output'];
  readonly commune: Scalars['String']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  /** Where logs are kept and from where the site is administered. */
  readonly logLocation: Scalars['String']['output'];
  readonly name: Scalars['String']['output'];
  /** Power usage effectiveness in thousandths: 1200 is 1.2 (ISO/IEC 30134-2). */
  readonly pueMilli: Scalars['Int']['output'];
  readonly region: Region;
  readonly status: DatacenterStatus;
};

export type DatacenterStatus =
  | 'BUILDING'
  | 'CLOSING'
  | 'OPEN'
  | 'PLANNED';

export type DecisionOutcome =
  | 'PLACED'
  | 'REFUSED';

export type DecisionSubject =
  /** An order, or a plan of one. */
  | 'ORDER'
  /** A dated reservation. */
  | 'RESERVATION';

export type DeleteAuditSinkInput = {
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type Directory =
  | 'provider'
  | 'tenant';

export type EraseSubjectInput = {
  readonly ground: ErasureGround;
  readonly idempotencyKey: Scalars['String']['input'];
  /** Opaque id as events have it in `actor.id`; of a stranger, `anonymous/<day>`. Not the caller's own. */
  readonly subject: Scalars['String']['input'];
};

export type EraseSubjectResult = Conflict | ErasureAccepted | Forbidden | IdempotencyConflict | ValidationFailed;

/**
 * A person is erased from the events of one directory: the key under which their name, their addresses and what they said are sealed is destroyed. The events, their hashes and every proof stay
 * as they are; where a value stood, readers see `[effacé — art. 17]`.
 */
export type Erasure = Node & {
  readonly __typename?: 'Erasure';
  /** Canonical JSON, one line. */
  readonly certificate?: Maybe<Scalars['String']['output']>;
  /** The certificate in the language of the request. */
  readonly certificateText?: Maybe<Scalars['String']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly erasedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The event that proves it: its `numbers.certificate_sha256` is the SHA-256 of `certificate`. */
  readonly eventId?: Maybe<Scalars['ID']['output']>;
  readonly generation: Scalars['Int']['output'];
  readonly ground: ErasureGround;
  readonly id: Scalars['ID']['output'];
  /** How many keys were destroyed; 0 when nothing personal was ever sealed for that subject. Null before. */
  readonly keyCount?: Maybe<Scalars['Int']['output']>;
  readonly requestedAt: Scalars['DateTime']['output'];
  readonly requestedBy: Scalars['String']['output'];
  readonly state: ErasureState;
  /** Opaque id in the directory; null: everybody of the organisation. */
  readonly subject?: Maybe<Scalars['String']['output']>;
};

export type ErasureAccepted = {
  readonly __typename?: 'ErasureAccepted';
  readonly erasure: Erasure;
  readonly receipt: Receipt;
};

export type ErasureConnection = {
  readonly __typename?: 'ErasureConnection';
  readonly edges: ReadonlyArray<ErasureEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type ErasureEdge = {
  readonly __typename?: 'ErasureEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Erasure;
};

/** Why personal values are erased: GDPR art. 17(1) a to e, or the end of a contract (SecNumCloud 3.2 §19.4). */
export type ErasureGround =
  | 'CONSENT_WITHDRAWN'
  /** Not to be asked for: it follows from a contract's end. */
  | 'CONTRACT_ENDED'
  | 'LEGAL_OBLIGATION'
  | 'NO_LONGER_NECESSARY'
  | 'OBJECTION'
  | 'UNLAWFUL';

export type ErasureState =
  /** The key is gone; the certificate says so. */
  | 'ERASED'
  | 'ERASING'
  /** Written down; the notary destroys the key, as a rule within seconds. It waits while a legal hold covers the person, or the keeper of keys is away. */
  | 'REQUESTED';

/** Something happened to an object the viewer may see: the key, not the content; read the object for that. */
export type Event = {
  readonly __typename?: 'Event';
  readonly at: Scalars['DateTime']['output'];
  /** Pass as `after` to go on from here. */
  readonly cursor: Scalars['String']['output'];
  readonly id: Scalars['ID']['output'];
  /** For example `instance`. */
  readonly noun: Scalars['String']['output'];
  /** The object as the viewer may see it now; null when it is gone or not to be seen. */
  readonly object?: Maybe<Node>;
  readonly objectId: Scalars['ID']['output'];
  /** Past tense: `created`, `ready`, `released`… */
  readonly verb: Scalars['String']['output'];
};

export type EventFilter = {
  readonly nouns?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly objectId?: InputMaybe<Scalars['ID']['input']>;
};

/** One fault of an input. */
export type Fault = Problem & {
  readonly __typename?: 'Fault';
  readonly code: Scalars['String']['output'];
  /** 1-based line of the imported file; null outside imports. */
  readonly line?: Maybe<Scalars['Int']['output']>;
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly retryable: Scalars['Boolean']['output'];
  readonly suggestion: Scalars['String']['output'];
};

/** The viewer's roles do not allow it. */
export type Forbidden = Problem & {
  readonly __typename?: 'Forbidden';
  readonly code: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly retryable: Scalars['Boolean']['output'];
  readonly suggestion: Scalars['String']['output'];
};

export type Freshness =
  /** Answered by the region's allocator just now. */
  | 'FRESH'
  /** The last answer, too old to promise. */
  | 'STALE'
  /** No answer: nothing is known. */
  | 'UNKNOWN';

/** A machine's GPUs, held for a project until its lease ends, running as one pod. */
export type GpuInstance = Node & {
  readonly __typename?: 'GpuInstance';
  readonly conditions: ReadonlyArray<Condition>;
  /** Thousandths of a core. */
  readonly cpuMilli: Scalars['Int']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  readonly datacenter: Datacenter;
  readonly decisionId: Scalars['ID']['output'];
  readonly desired: InstanceDesire;
  readonly generation: Scalars['Int']['output'];
  /** Whole GPUs; 0 for a slice. */
  readonly gpus: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly image: Scalars['String']['output'];
  readonly interruptible: Scalars['Boolean']['output'];
  readonly leaseEnd: Scalars['DateTime']['output'];
  /** What the order needed of the law: the project's default, tightened. */
  readonly legalScope: LegalScope;
  /** Thousandths of one GPU; null: whole GPUs. */
  readonly milliGpu?: Maybe<Scalars['Int']['output']>;
  readonly name: Scalars['String']['output'];
  readonly observedGeneration: Scalars['Int']['output'];
  /** All instances of one order share it. */
  readonly orderId: Scalars['ID']['output'];
  /** The plan that it was ordered by. */
  readonly planId?: Maybe<Scalars['ID']['output']>;
  readonly project: Project;
  readonly ramMiB: Scalars['Int']['output'];
  readonly readyAt?: Maybe<Scalars['DateTime']['output']>;
  readonly region: Region;
  readonly releasedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The dated reservation that it draws from. */
  readonly reservationId?: Maybe<Scalars['ID']['output']>;
  /** Watts held for it, at full load, above what its machine draws when idle. */
  readonly reservedW: Scalars['Int']['output'];
  readonly shape: Shape;
  /** True: it runs on simulated hardware. */
  readonly simulated: Scalars['Boolean']['output'];
  /** `host:port` inside the cluster network; null until the service exists. */
  readonly sshEndpoint?: Maybe<Scalars['String']['output']>;
  /** OpenSSH public keys that may log in. */
  readonly sshKeys: ReadonlyArray<Scalars['String']['output']>;
  readonly status: InstanceState;
  readonly statusHistory: ReadonlyArray<StatusChange>;
};

export type GpuInstanceConnection = {
  readonly __typename?: 'GpuInstanceConnection';
  readonly edges: ReadonlyArray<GpuInstanceEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type GpuInstanceEdge = {
  readonly __typename?: 'GpuInstanceEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: GpuInstance;
};

export type GpuInstanceFilter = {
  /** True leaves out what is RELEASED. */
  readonly live?: InputMaybe<Scalars['Boolean']['input']>;
  readonly projectId?: InputMaybe<Scalars['ID']['input']>;
  readonly status?: InputMaybe<ReadonlyArray<InstanceState>>;
};

export type GpuInstanceReleaseAccepted = {
  readonly __typename?: 'GpuInstanceReleaseAccepted';
  readonly instance: GpuInstance;
  readonly receipt: Receipt;
};

export type GpuInstancesAccepted = {
  readonly __typename?: 'GpuInstancesAccepted';
  readonly decisionId: Scalars['ID']['output'];
  readonly instances: ReadonlyArray<GpuInstance>;
  readonly orderId: Scalars['ID']['output'];
  readonly receipt: Receipt;
};

/** The idempotency key was used within 24 hours with another input. */
export type IdempotencyConflict = Problem & {
  readonly __typename?: 'IdempotencyConflict';
  readonly code: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly retryable: Scalars['Boolean']['output'];
  readonly suggestion: Scalars['String']['output'];
};

export type InstanceDesire =
  | 'RELEASED'
  | 'RUNNING'
  | 'STOPPED';

export type InstanceState =
  | 'CONFIGURING'
  | 'ERROR'
  | 'PENDING'
  | 'PROVISIONING'
  | 'READY'
  | 'REBOOTING'
  | 'RELEASED'
  | 'REPAIRING'
  | 'STOPPED'
  | 'TERMINATING'
  | 'UPDATING';

export type LaterBecause =
  | 'BUDGET_PERIOD_BEGINS'
  | 'CERTIFICATION_BEGINS'
  /** Nobody promises that they are not renewed. */
  | 'LEASES_END'
  | 'PHASE_ENERGISED'
  | 'RESERVATION_ENDS';

/** What orders need of the law; empty lists mean any. */
export type LegalScope = {
  readonly __typename?: 'LegalScope';
  readonly certifications: ReadonlyArray<Scalars['String']['output']>;
  readonly dataClass: DataClass;
  readonly jurisdictions: ReadonlyArray<Scalars['String']['output']>;
};

export type LegalScopeInput = {
  readonly certifications?: ReadonlyArray<Scalars['String']['input']>;
  readonly dataClass?: DataClass;
  readonly jurisdictions?: ReadonlyArray<Scalars['String']['input']>;
};

/** The sites that have it do not meet the law of the order, are not certified through its end, or do not admit this class of organisation. */
export type LegalScopeRefused = Problem & {
  readonly __typename?: 'LegalScopeRefused';
  readonly code: Scalars['String']['output'];
  /** In order of how little they change. Empty: nothing that was tried would do. */
  readonly counterfactuals: ReadonlyArray<Counterfactual>;
  /** Ask `decision` for the whole explanation. */
  readonly decisionId: Scalars['ID']['output'];
  /** No wait and no date that is declared would make it possible. */
  readonly forEver: Scalars['Boolean']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** The headline first. */
  readonly reasons: ReadonlyArray<PlacementRefusal>;
  readonly retryable: Scalars['Boolean']['output'];
  /** Names the smallest change that would have been accepted; never one that loosens the law. */
  readonly suggestion: Scalars['String']['output'];
  /** How many could be placed now, all else equal. */
  readonly wouldFit: Scalars['Int']['output'];
};

/**
 * The right of one named person to read a part of one organisation's audit log, for a while, on the strength of a legal act, granted by two other people.
 * The organisation sees every mandate over its log, and every use of it. It lets read events and nothing else.
 */
export type Mandate = Node & {
  readonly __typename?: 'Mandate';
  readonly approvedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly approvedBy?: Maybe<MandatePerson>;
  readonly createdAt: Scalars['DateTime']['output'];
  /** From that instant on nothing is read under it; at most 366 days after the proposal. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** Events recorded at or after. */
  readonly from: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  /** Reference of the act that it rests on, for example `réquisition 2026-114` or `contrat d'audit HDS §4`. */
  readonly legalAct: Scalars['String']['output'];
  /** Whose log. */
  readonly organisationId: Scalars['ID']['output'];
  readonly proposedBy: MandatePerson;
  readonly revokedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly revokedBy?: Maybe<MandatePerson>;
  readonly state: MandateState;
  readonly subject: MandatePerson;
  /** Null: all of the log. */
  readonly target?: Maybe<MandateTarget>;
  /** Events recorded before. */
  readonly to: Scalars['DateTime']['output'];
  readonly uses: MandateUses;
};

export type MandateAccepted = {
  readonly __typename?: 'MandateAccepted';
  readonly mandate: Mandate;
  readonly receipt: Receipt;
};

export type MandateConnection = {
  readonly __typename?: 'MandateConnection';
  readonly edges: ReadonlyArray<MandateEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type MandateEdge = {
  readonly __typename?: 'MandateEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Mandate;
};

/** A person of one of the two directories. */
export type MandatePerson = {
  readonly __typename?: 'MandatePerson';
  readonly directory: Directory;
  /** Opaque subject of the directory. */
  readonly id: Scalars['String']['output'];
};

export type MandateState =
  | 'ACTIVE'
  /** `expiresAt` has passed, approved or not. */
  | 'EXPIRED'
  /** It waits for a second person; nothing is read under it. */
  | 'PROPOSED'
  | 'REVOKED';

/** The one object that a mandate is narrowed to: only events whose target it is. */
export type MandateTarget = {
  readonly __typename?: 'MandateTarget';
  readonly id: Scalars['String']['output'];
  /** Kind of the target of an event: `instance`, `project`, `apikey`… */
  readonly kind: Scalars['String']['output'];
};

/** What a mandate was used for: each use is one page or part of the log, and one event in the tenant's log that names the mandate as `consent`. */
export type MandateUses = {
  readonly __typename?: 'MandateUses';
  readonly count: Scalars['Int']['output'];
  /** Null: never. */
  readonly lastAt?: Maybe<Scalars['DateTime']['output']>;
};

export type MandatesResult = Forbidden | MandateConnection;

export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * By another person than who proposed it and than its subject (SAME_PERSON, OWN_MANDATE), never by an API key (NOT_A_PERSON). What the provider proposed: another COMPLIANCE, or an OWNER at the
   * tenant door. What a tenant's OWNER proposed: another OWNER or an AUDITOR of the organisation.
   */
  readonly approveMandate: ApproveMandateResult;
  readonly cancelAuditExport: CancelAuditExportResult;
  /** One that runs may end early; what was drawn from it goes on until its own lease ends. */
  readonly cancelReservation: CancelReservationResult;
  readonly createApiKey: CreateApiKeyResult;
  /** Auditors only. At the tenant door the organisation's own log; the file is made by the notary and can be downloaded when the operation has succeeded. */
  readonly createAuditExport: CreateAuditExportResult;
  readonly createAuditSink: CreateAuditSinkResult;
  readonly createGpuInstances: CreateGpuInstancesResult;
  readonly createProject: CreateProjectResult;
  readonly createReservation: CreateReservationResult;
  readonly deleteAuditSink: ChangeAuditSinkResult;
  /** Owners at the tenant's door, compliance officers at the provider's, each for their own directory. It cannot be undone. Refused while a legal hold covers the person (LEGAL_HOLD). */
  readonly eraseSubject: EraseSubjectResult;
  readonly pauseAuditSink: ChangeAuditSinkResult;
  /** Decides as an order would, and holds what it shows. At most 20 plans of an organisation hold machines in a region at once. */
  readonly planGpuInstances: PlanGpuInstancesResult;
  /** OWNER: lets somebody read the organisation's audit log, once another OWNER or an AUDITOR has approved it. */
  readonly proposeMandate: ProposeMandateResult;
  readonly releaseGpuInstance: ReleaseGpuInstanceResult;
  readonly revokeApiKey: RevokeApiKeyResult;
  /** COMPLIANCE at the provider door; at the tenant door an OWNER, for what the tenant proposed or approved. From then on nothing is read under it. */
  readonly revokeMandate: RevokeMandateResult;
  readonly updateProject: UpdateProjectResult;
};


export type MutationApproveMandateArgs = {
  input: ApproveMandateInput;
};


export type MutationCancelAuditExportArgs = {
  input: CancelAuditExportInput;
};


export type MutationCancelReservationArgs = {
  input: CancelReservationInput;
};


export type MutationCreateApiKeyArgs = {
  input: CreateApiKeyInput;
};


export type MutationCreateAuditExportArgs = {
  input: CreateAuditExportInput;
};


export type MutationCreateAuditSinkArgs = {
  input: CreateAuditSinkInput;
};


export type MutationCreateGpuInstancesArgs = {
  input: CreateGpuInstancesInput;
};


export type MutationCreateProjectArgs = {
  input: CreateProjectInput;
};


export type MutationCreateReservationArgs = {
  input: CreateReservationInput;
};


export type MutationDeleteAuditSinkArgs = {
  input: DeleteAuditSinkInput;
};


export type MutationEraseSubjectArgs = {
  input: EraseSubjectInput;
};


export type MutationPauseAuditSinkArgs = {
  input: PauseAuditSinkInput;
};


export type MutationPlanGpuInstancesArgs = {
  input: PlanGpuInstancesInput;
};


export type MutationProposeMandateArgs = {
  input: ProposeMandateInput;
};


export type MutationReleaseGpuInstanceArgs = {
  input: ReleaseGpuInstanceInput;
};


export type MutationRevokeApiKeyArgs = {
  input: RevokeApiKeyInput;
};


export type MutationRevokeMandateArgs = {
  input: RevokeMandateInput;
};


export type MutationUpdateProjectArgs = {
  input: UpdateProjectInput;
};

/** An object that `node(id)` can find again. */
export type Node = {
  /** TypeID: the kind, an underscore, 26 characters. Stable for ever. */
  readonly id: Scalars['ID']['output'];
};

/** GPUs, machines or a place for them are missing; `reasons` says which. */
export type NotEnoughCapacity = Problem & {
  readonly __typename?: 'NotEnoughCapacity';
  readonly code: Scalars['String']['output'];
  /** In order of how little they change. Empty: nothing that was tried would do. */
  readonly counterfactuals: ReadonlyArray<Counterfactual>;
  /** Ask `decision` for the whole explanation. */
  readonly decisionId: Scalars['ID']['output'];
  /** No wait and no date that is declared would make it possible. */
  readonly forEver: Scalars['Boolean']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** The headline first. */
  readonly reasons: ReadonlyArray<PlacementRefusal>;
  readonly retryable: Scalars['Boolean']['output'];
  /** Names the smallest change that would have been accepted. */
  readonly suggestion: Scalars['String']['output'];
  /** How many could be placed now, all else equal. */
  readonly wouldFit: Scalars['Int']['output'];
  /** Instances give way to this order, interruptible ones and those that end anyhow: send it again when they are gone. Null: not enough do; a plan asks none to. */
  readonly yields?: Maybe<RoomToCome>;
};

/** No such object, or not one that this viewer may know of: the two look the same on purpose. */
export type NotFound = Problem & {
  readonly __typename?: 'NotFound';
  readonly code: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly retryable: Scalars['Boolean']['output'];
  readonly suggestion: Scalars['String']['output'];
};

/** An integer with its name; the unit is in the name (`askedW`, `freeW`, `freeMachines`). */
export type Number = {
  readonly __typename?: 'Number';
  readonly name: Scalars['String']['output'];
  readonly value: Scalars['SafeInt']['output'];
};

/** What this tenant could order at once, now. Not held: only a plan or an accepted order is. */
export type Offer = {
  readonly __typename?: 'Offer';
  /** When the answer was true; null when unknown. */
  readonly at?: Maybe<Scalars['DateTime']['output']>;
  /** Machines an order could take at once: law, GPUs, power and cooling all fit. Null when unknown; 0 where the law asked for closes the site. */
  readonly available?: Maybe<Scalars['Int']['output']>;
  /** What of the law asked for the site does not meet, or not until `until`; null where it does. */
  readonly closedBy?: Maybe<PlacementRefusal>;
  /** ISO 4217. */
  readonly currency: Scalars['String']['output'];
  readonly datacenter: Datacenter;
  /** Machines wholly free, even where power does not allow them. Null when unknown. */
  readonly free?: Maybe<Scalars['Int']['output']>;
  readonly freshness: Freshness;
  /** Null: no date is declared, or nothing is known. */
  readonly next?: Maybe<OfferNext>;
  /** Minor units (cents) an hour of a whole machine; null: no price is declared. */
  readonly pricePerHourMinor?: Maybe<Scalars['Int']['output']>;
  readonly region: Region;
  readonly shape: Shape;
  /** True: the machines are simulated. */
  readonly simulated: Scalars['Boolean']['output'];
  readonly total?: Maybe<Scalars['Int']['output']>;
};

/** When more of an offer comes, by what is declared. Leases that end are not in it: whoever holds one may renew it. */
export type OfferNext = {
  readonly __typename?: 'OfferNext';
  /** A power phase's first instant; for a reservation that ends, the next midnight UTC. */
  readonly at: Scalars['DateTime']['output'];
  readonly because: LaterBecause;
  /** In words: "wait until 1 June 2027, …". */
  readonly sentence: Scalars['String']['output'];
};

/** Long work: accepted now, done later. Ask for its object again to see how far it is. */
export type Operation = {
  readonly __typename?: 'Operation';
  /** True as long as it has not ended. */
  readonly cancellable: Scalars['Boolean']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why it failed; null unless it did. */
  readonly failure?: Maybe<Fault>;
  /** That of the object that the work makes: `node(id)` finds it. */
  readonly id: Scalars['ID']['output'];
  /** Kind of that object: the part of the id before the underscore. */
  readonly kind: Scalars['String']['output'];
  /** Why it cannot be cancelled; null when it can. */
  readonly notCancellableBecause?: Maybe<Scalars['String']['output']>;
  /** Thousandths of the whole, 0 to 1000; 1000 exactly when it succeeded. */
  readonly progressMilli: Scalars['Int']['output'];
  readonly startedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly state: OperationState;
  readonly steps: ReadonlyArray<OperationStep>;
};

export type OperationState =
  | 'CANCELLED'
  | 'FAILED'
  | 'PENDING'
  | 'RUNNING'
  | 'SUCCEEDED';

/** One step of long work, in order. */
export type OperationStep = {
  readonly __typename?: 'OperationStep';
  /** A word of the kind of work, for example `WITNESS`. */
  readonly name: Scalars['String']['output'];
  readonly state: OperationStepState;
};

export type OperationStepState =
  | 'DONE'
  | 'FAILED'
  | 'PENDING'
  | 'RUNNING'
  /** The work ended before it came to this step. */
  | 'SKIPPED';

export type PageInfo = {
  readonly __typename?: 'PageInfo';
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  readonly hasNextPage: Scalars['Boolean']['output'];
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  readonly startCursor?: Maybe<Scalars['String']['output']>;
};

export type PauseAuditSinkInput = {
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** False: go on with what was held back. */
  readonly paused: Scalars['Boolean']['input'];
};

/** A personal value of an event, sealed in `line` under a key of the person concerned. */
export type PersonalValue = {
  readonly __typename?: 'PersonalValue';
  /** actor.name, actor.email, source.address or act.reason. */
  readonly path: Scalars['String']['output'];
  readonly state: PersonalValueState;
  /** The value, or in its place words that say why there is none. */
  readonly value: Scalars['String']['output'];
};

export type PersonalValueState =
  /** The key was destroyed at the request of the person concerned, or at the end of the contract (GDPR art. 17). The event and its proofs are unchanged. */
  | 'ERASED'
  /** The keeper of keys is away now: ask again. */
  | 'KEEPER_AWAY'
  /** The keeper of keys was away when the event was written. */
  | 'NOT_RECORDED'
  | 'READABLE'
  /** No key has the id, or the value does not belong to this event. */
  | 'UNREADABLE'
  /** Of the provider's people, whom the provider's auditors can name. */
  | 'WITHHELD';

/** Where one instance was put. */
export type PlacedInstance = {
  readonly __typename?: 'PlacedInstance';
  readonly cpuMilli: Scalars['Int']['output'];
  /** Code. */
  readonly datacenter: Scalars['String']['output'];
  readonly datacenterId: Scalars['ID']['output'];
  /** Whole GPUs; 0 for a slice. */
  readonly gpus: Scalars['Int']['output'];
  readonly milliGpu?: Maybe<Scalars['Int']['output']>;
  readonly ramMiB: Scalars['Int']['output'];
  /** Code. */
  readonly shape: Scalars['String']['output'];
  /** Held at full load, above what the machine draws when idle. */
  readonly watts: Scalars['Int']['output'];
};

/** Why an order, a plan or a reservation was placed or refused. Stored with the decision and never changed. */
export type PlacementDecision = Node & {
  readonly __typename?: 'PlacementDecision';
  /** In order of how little they change; empty when placed, or when nothing that was tried would do. */
  readonly counterfactuals: ReadonlyArray<Counterfactual>;
  readonly createdAt: Scalars['DateTime']['output'];
  /** What decided: the same ledger, request and versions give the same bytes again. */
  readonly engineVersion: Scalars['String']['output'];
  /** No wait and no date that was declared would have made it possible. */
  readonly forEver: Scalars['Boolean']['output'];
  /** What was looked at. */
  readonly groups: ReadonlyArray<PlacementGroup>;
  /** In one sentence. */
  readonly headline: Scalars['String']['output'];
  readonly id: Scalars['ID']['output'];
  readonly outcome: DecisionOutcome;
  /** One an instance; empty when refused, and for reservations. */
  readonly placements: ReadonlyArray<PlacedInstance>;
  readonly policyVersion: Scalars['String']['output'];
  /** Every check that did not pass, the headline first; empty when placed. */
  readonly reasons: ReadonlyArray<PlacementRefusal>;
  readonly region: Region;
  readonly request: PlacementRequest;
  readonly subject: DecisionSubject;
  /** The level that the instances share; null when refused. */
  readonly topology?: Maybe<TopologyLevel>;
  /** How many could have been placed, all else equal; null when placed. */
  readonly wouldFit?: Maybe<Scalars['Int']['output']>;
};

export type PlacementDecisionConnection = {
  readonly __typename?: 'PlacementDecisionConnection';
  readonly edges: ReadonlyArray<PlacementDecisionEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type PlacementDecisionEdge = {
  readonly __typename?: 'PlacementDecisionEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: PlacementDecision;
};

/** Machines that were looked at together, and why they did not serve; at the tenant's door all of a site and shape, at the provider's those of one pool. */
export type PlacementGroup = {
  readonly __typename?: 'PlacementGroup';
  /** Code; null: machines that serve no pool yet. */
  readonly datacenter?: Maybe<Scalars['String']['output']>;
  readonly datacenterId?: Maybe<Scalars['ID']['output']>;
  /** Claims of the size asked for that free GPUs could take, power aside. */
  readonly free: Scalars['Int']['output'];
  readonly machines: Scalars['Int']['output'];
  /** In the order of the checks; empty: nothing stood in the way. */
  readonly reasons: ReadonlyArray<PlacementRefusal>;
  /** Code. */
  readonly shape: Scalars['String']['output'];
};

/**
 * One check of the placement that did not pass, with its numbers. At the tenant's door nothing that tells of other tenants: names of racks, power nodes and pools, when a
 * limit is tightest, and how much is promised to others are left out.
 */
export type PlacementRefusal = {
  readonly __typename?: 'PlacementRefusal';
  /** How many candidates this check stopped; at the tenant's door 0 where only others decide that number (`RESERVED_FOR_OTHERS`). */
  readonly candidates: Scalars['Int']['output'];
  /** In words, in the language of the reader. */
  readonly message: Scalars['String']['output'];
  readonly numbers: ReadonlyArray<Number>;
  /** One of the ordered reasons of docs/errors.md: `RACK_POWER`, `NO_CAPACITY`… */
  readonly reason: Scalars['String']['output'];
};

/** What was decided upon, as the allocator read it: law already tightened by the project's. */
export type PlacementRequest = {
  readonly __typename?: 'PlacementRequest';
  /** When it begins: of an order, when it was decided. */
  readonly at: Scalars['DateTime']['output'];
  /** Instances; of a reservation, machines. */
  readonly count: Scalars['Int']['output'];
  /** Thousandths of a core; null: in proportion to the GPUs. */
  readonly cpuMilli?: Maybe<Scalars['Int']['output']>;
  /** Where the order's data are. */
  readonly dataDatacenterId?: Maybe<Scalars['ID']['output']>;
  /** The only site that would do; null: any of the region. */
  readonly datacenterId?: Maybe<Scalars['ID']['output']>;
  /** GPUs of each instance; null: the whole machine, or a slice. */
  readonly gpusPerInstance?: Maybe<Scalars['Int']['output']>;
  readonly interruptible: Scalars['Boolean']['output'];
  readonly leaseEnd: Scalars['DateTime']['output'];
  readonly legalScope: LegalScope;
  readonly maxResponseMinutes?: Maybe<Scalars['Int']['output']>;
  /** Thousandths of one GPU; null: whole GPUs. */
  readonly milliGpu?: Maybe<Scalars['Int']['output']>;
  /** Codes of other shapes that would have done. */
  readonly orShapes: ReadonlyArray<Scalars['String']['output']>;
  readonly projectId: Scalars['ID']['output'];
  readonly purpose?: Maybe<WorkPurpose>;
  readonly ramMiB?: Maybe<Scalars['Int']['output']>;
  readonly reservationId?: Maybe<Scalars['ID']['output']>;
  /** Code of the shape. */
  readonly shape: Scalars['String']['output'];
  /** Name of the slice profile that was asked for. */
  readonly slice?: Maybe<Scalars['String']['output']>;
  readonly topology?: Maybe<Topology>;
};

/** A placement that is shown before it is ordered, and kept until it is ordered or expires. `createGpuInstances(planId)` takes exactly that. */
export type Plan = Node & {
  readonly __typename?: 'Plan';
  /** How the grams were estimated. */
  readonly carbonMethod: Scalars['String']['output'];
  /** Percent, either way. */
  readonly carbonUncertaintyPct: Scalars['Int']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  /** ISO 4217. */
  readonly currency: Scalars['String']['output'];
  readonly decision: PlacementDecision;
  readonly decisionId: Scalars['ID']['output'];
  readonly diagnostics: ReadonlyArray<PlanDiagnostic>;
  /** 15 minutes after it was made. */
  readonly expiresAt: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  /** At full load, rounded up; null: a site has no declared factor. An estimate, by `carbonMethod`. */
  readonly gramsCo2ePerHour?: Maybe<Scalars['SafeInt']['output']>;
  readonly id: Scalars['ID']['output'];
  /** Empty when refused. */
  readonly instances: ReadonlyArray<PlannedInstance>;
  /** Minor units (cents) an hour of all instances; null: a shape has no declared price. */
  readonly pricePerHourMinor?: Maybe<Scalars['SafeInt']['output']>;
  readonly projectId: Scalars['ID']['output'];
  /** Empty where no quota limits the project in this region, and when nothing is held any more. */
  readonly quota: ReadonlyArray<PlanQuota>;
  readonly region: Region;
  /** True: somebody has to approve it before it can be ordered. No policy asks for that today. */
  readonly requiresApproval: Scalars['Boolean']['output'];
  /** At the instant of the answer. */
  readonly state: PlanState;
  /** IT watts at full load: idle share and what is held. */
  readonly watts: Scalars['SafeInt']['output'];
};

export type PlanAccepted = {
  readonly __typename?: 'PlanAccepted';
  readonly plan: Plan;
  readonly receipt: Receipt;
};

export type PlanConnection = {
  readonly __typename?: 'PlanConnection';
  readonly edges: ReadonlyArray<PlanEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

/** What the reader of a plan should know before ordering it. */
export type PlanDiagnostic = {
  readonly __typename?: 'PlanDiagnostic';
  /** PRICE_UNKNOWN, CARBON_UNKNOWN or WIDER_THAN_WISHED. */
  readonly code: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
};

export type PlanEdge = {
  readonly __typename?: 'PlanEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Plan;
};

/** Where and how much: everything of an order but its names, image and keys. */
export type PlanGpuInstancesInput = {
  /** 1 to 512; all or none. */
  readonly count?: Scalars['Int']['input'];
  /** Thousandths of a core of each instance; left out: in proportion to the GPUs. */
  readonly cpuMilli?: InputMaybe<Scalars['Int']['input']>;
  /** Where the volumes are that the order needs: only that datacenter will do. */
  readonly dataDatacenterId?: InputMaybe<Scalars['ID']['input']>;
  /** Id of a datacenter of that region; any when left out. */
  readonly datacenterId?: InputMaybe<Scalars['ID']['input']>;
  /** GPUs of each instance, 1 up to the shape's; left out: the whole machine. */
  readonly gpusPerInstance?: InputMaybe<Scalars['Int']['input']>;
  readonly idempotencyKey: Scalars['String']['input'];
  /** May be asked to give way, with notice. */
  readonly interruptible?: Scalars['Boolean']['input'];
  /** Within the next 366 days. */
  readonly leaseEnd: Scalars['DateTime']['input'];
  /** Tightens the project's, never loosens it. */
  readonly legalScope?: InputMaybe<LegalScopeInput>;
  /** Somebody must be at the site within so many minutes, at any hour of the week. */
  readonly maxResponseMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** Codes of other shapes that will do as well; 16 at most. */
  readonly orShapes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly projectId: Scalars['ID']['input'];
  /** Only pools that take such work. */
  readonly purpose?: InputMaybe<WorkPurpose>;
  /** Memory of each instance; left out: in proportion to the GPUs. */
  readonly ramMiB?: InputMaybe<Scalars['Int']['input']>;
  /** Code of a region; may be left out when the operator has only one. */
  readonly region?: InputMaybe<Scalars['String']['input']>;
  /** Take the machines of this reservation of the project. */
  readonly reservationId?: InputMaybe<Scalars['ID']['input']>;
  /** Code of a shape, for example `h200-8`. */
  readonly shape: Scalars['String']['input'];
  /** Name of a slice profile of the shape; not with `gpusPerInstance`. */
  readonly slice?: InputMaybe<Scalars['String']['input']>;
  readonly topology?: InputMaybe<TopologyInput>;
};

export type PlanGpuInstancesResult = Conflict | Forbidden | IdempotencyConflict | LegalScopeRefused | NotEnoughCapacity | NotFound | PlanAccepted | PowerRefused | QuotaExceeded | ValidationFailed;

/** What ordering the plan does to one limit of the quota of its project, or of the organisation. */
export type PlanQuota = {
  readonly __typename?: 'PlanQuota';
  /** `used` and `asked`; beyond `nominal` it is borrowed, and may be asked back. */
  readonly after: Scalars['SafeInt']['output'];
  /** By this plan. */
  readonly asked: Scalars['SafeInt']['output'];
  /** `GPU`, `GPU:<shape code>`, `MILLI_GPU`, `WATTS`… */
  readonly dimension: Scalars['String']['output'];
  /** What the quota has of its own. */
  readonly nominal: Scalars['SafeInt']['output'];
  /** Name of the quota. */
  readonly quota: Scalars['String']['output'];
  /** By instances that live now; what plans hold is not in it. */
  readonly used: Scalars['SafeInt']['output'];
};

export type PlanState =
  /** Ordered: its instances exist. */
  | 'APPLIED'
  /** Nobody ordered it in time; what it held went back. */
  | 'EXPIRED'
  /** What it shows is kept for it until `expiresAt`. */
  | 'HELD'
  /** Nothing was held; the decision says why. */
  | 'REFUSED';

/** One instance that the plan would become, on a machine that is held for it. */
export type PlannedInstance = {
  readonly __typename?: 'PlannedInstance';
  /** Thousandths of a core. */
  readonly cpuMilli: Scalars['Int']['output'];
  /** Code. */
  readonly datacenter: Scalars['String']['output'];
  readonly datacenterId: Scalars['ID']['output'];
  /** Whole GPUs; 0 for a slice. */
  readonly gpus: Scalars['Int']['output'];
  /** The id that the instance will have. */
  readonly id: Scalars['ID']['output'];
  /** Thousandths of one GPU; null: whole GPUs. */
  readonly milliGpu?: Maybe<Scalars['Int']['output']>;
  readonly ramMiB: Scalars['Int']['output'];
  /** Code. */
  readonly shape: Scalars['String']['output'];
  /** Held at full load, above what the machine draws when idle. */
  readonly watts: Scalars['Int']['output'];
};

/** GPUs are free, but not the watts to run them or the cooling to take their heat away. */
export type PowerRefused = Problem & {
  readonly __typename?: 'PowerRefused';
  readonly code: Scalars['String']['output'];
  /** In order of how little they change. Empty: nothing that was tried would do. */
  readonly counterfactuals: ReadonlyArray<Counterfactual>;
  /** Ask `decision` for the whole explanation. */
  readonly decisionId: Scalars['ID']['output'];
  /** No wait and no date that is declared would make it possible. */
  readonly forEver: Scalars['Boolean']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** The headline first. */
  readonly reasons: ReadonlyArray<PlacementRefusal>;
  readonly retryable: Scalars['Boolean']['output'];
  /** Names the smallest change that would have been accepted. */
  readonly suggestion: Scalars['String']['output'];
  /** How many could be placed now, all else equal. */
  readonly wouldFit: Scalars['Int']['output'];
  /** Instances give way to this order, interruptible ones and those that end anyhow: send it again when they are gone. Null: not enough do; a plan asks none to. */
  readonly yields?: Maybe<RoomToCome>;
};

/** A refusal, as data. `message` and `suggestion` are in the language of `Accept-Language` (French by default, English). */
export type Problem = {
  /** One of the codes of docs/errors.md; what a program tests. */
  readonly code: Scalars['String']['output'];
  /** What is wrong, with the field, the value and the limit. */
  readonly message: Scalars['String']['output'];
  /** Where in the input, outermost first; list indices as decimal text. Null when the whole request is meant. */
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** True when the same request may succeed later unchanged. */
  readonly retryable: Scalars['Boolean']['output'];
  /** What to do about it. */
  readonly suggestion: Scalars['String']['output'];
};

export type Project = Node & {
  readonly __typename?: 'Project';
  readonly code: Scalars['String']['output'];
  readonly conditions: ReadonlyArray<Condition>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly legalScope: LegalScope;
  readonly name: Scalars['String']['output'];
  readonly stage: ProjectStage;
};

export type ProjectAccepted = {
  readonly __typename?: 'ProjectAccepted';
  readonly project: Project;
  readonly receipt: Receipt;
};

export type ProjectConnection = {
  readonly __typename?: 'ProjectConnection';
  readonly edges: ReadonlyArray<ProjectEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type ProjectEdge = {
  readonly __typename?: 'ProjectEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Project;
};

export type ProjectStage =
  | 'PILOT'
  | 'PRODUCTION'
  | 'TRIAL';

export type ProposeMandateInput = {
  /** In the next 366 days. */
  readonly expiresAt: Scalars['DateTime']['input'];
  readonly from: Scalars['DateTime']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** 1 to 200 characters; it names no patient and no suspect, because it stands in the log. */
  readonly legalAct: Scalars['String']['input'];
  /** Whose person it is: the tenants' directory, or the provider's. */
  readonly subjectDirectory?: Directory;
  /** Who shall read: a subject of the directory, a person (never an API key), who has changed nothing in the organisation for a year or since `from` (INCOMPATIBLE_RIGHTS). */
  readonly subjectId: Scalars['String']['input'];
  readonly targetId?: InputMaybe<Scalars['String']['input']>;
  /** With `targetId`: only events whose target it is. */
  readonly targetKind?: InputMaybe<Scalars['String']['input']>;
  /** Excluded. */
  readonly to: Scalars['DateTime']['input'];
};

export type ProposeMandateResult = Conflict | Forbidden | IdempotencyConflict | MandateAccepted | NotFound | ValidationFailed;

export type Query = {
  readonly __typename?: 'Query';
  /**
   * Auditors, or the subject of a mandate as for `auditEvents`, in the log that they may read. `subject`: a person's subject or the id of an API key; `object`: id of an instance, a project, a key, or of the
   * organisation. Grants are looked for since the log began, uses in [`from`, `to`). Asking is itself an event.
   */
  readonly accessTrail: AccessTrailResult;
  /** Null for whoever may not read alarms. */
  readonly alarm?: Maybe<Alarm>;
  /** In the order in which they were raised. At the tenant door those of the organisation's own log, for auditors; at the provider door all. */
  readonly alarms: AlarmsResult;
  readonly apiKeys: ApiKeysResult;
  /**
   * Newest first. An auditor reads by role: at the tenant door the viewer's organisation, at the provider door the provider's own acts. With `mandateId` its subject, whatever the role, reads what the
   * mandate names and nothing else: MANDATE_NOT_IN_FORCE, or INCOMPATIBLE_RIGHTS for somebody who may act. Reading is itself an event, under a mandate in the tenant's log.
   */
  readonly auditEvents: AuditEventsResult;
  /** Null for whoever is no auditor. */
  readonly auditExport?: Maybe<AuditExport>;
  /** Auditors only, in order of creation. */
  readonly auditExports: AuditExportsResult;
  /** As `auditEvents`, oldest first; at most 1,000 lines at once. Exporting is itself an event. */
  readonly auditLines: AuditLinesResult;
  /** Auditors and those who may make them; in order of creation, deleted ones included. */
  readonly auditSinks: AuditSinksResult;
  readonly certification?: Maybe<Certification>;
  /** `datacenterId`: those of the datacenter itself; ask with `regionId` for those of its region, which cover it too. */
  readonly certifications: CertificationConnection;
  readonly contractEnd?: Maybe<ContractEnd>;
  readonly contractEnds: ContractEndConnection;
  /** Null when there is none, or none of this viewer's. The provider's reading of a tenant's decision enters the audit log of both. */
  readonly decision?: Maybe<PlacementDecision>;
  /** Newest first. */
  readonly decisions: PlacementDecisionConnection;
  readonly erasure?: Maybe<Erasure>;
  /** Of the viewer's own directory; at the provider's door also those of contracts that ended. */
  readonly erasures: ErasureConnection;
  /** Cursor of the newest event, to subscribe from now on without missing any. */
  readonly eventCursor: Scalars['String']['output'];
  readonly gpuInstance?: Maybe<GpuInstance>;
  /** Newest first. */
  readonly gpuInstances: GpuInstanceConnection;
  /**
   * At the tenant door (OWNER, AUDITOR) every mandate over the organisation's log; at the provider door (COMPLIANCE, PROVIDER_AUDITOR) those that the provider proposed or its people read under.
   * Whoever reads under one finds it by `node(id)`.
   */
  readonly mandates: MandatesResult;
  /** Any object by id; null when there is none or the viewer may not see it. */
  readonly node?: Maybe<Node>;
  /**
   * Ordered by shape, then region, then datacenter. With `legalScope` as an order under that law would find it; sites that do not meet it are shown with nothing
   * available, and why. With `until` (in the future) as an order until then would; else one of a day.
   */
  readonly offers: ReadonlyArray<Offer>;
  readonly plan?: Maybe<Plan>;
  readonly plans: PlanConnection;
  readonly project?: Maybe<Project>;
  readonly projects: ProjectConnection;
  readonly quota?: Maybe<Quota>;
  readonly quotas: QuotaConnection;
  readonly region?: Maybe<Region>;
  readonly regions: RegionConnection;
  readonly reservation?: Maybe<Reservation>;
  readonly reservations: ReservationConnection;
  readonly retention?: Maybe<Retention>;
  /** In order of proposal. The last approved one of a class counts; a class without one has 12 months. */
  readonly retentions: RetentionConnection;
  readonly shape?: Maybe<Shape>;
  readonly shapes: ShapeConnection;
  readonly viewer: Viewer;
  readonly violation?: Maybe<Violation>;
  /** At the tenant door the organisation's own, at the provider door all. `events` tells of each when it is `opened` and `ended`. */
  readonly violations: ViolationConnection;
};


export type QueryAccessTrailArgs = {
  directory?: InputMaybe<Directory>;
  from: Scalars['DateTime']['input'];
  mandateId?: InputMaybe<Scalars['ID']['input']>;
  object: Scalars['String']['input'];
  subject: Scalars['String']['input'];
  to: Scalars['DateTime']['input'];
};


export type QueryAlarmArgs = {
  id: Scalars['ID']['input'];
};


export type QueryAlarmsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AlarmFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryApiKeysArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryAuditEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AuditEventFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  mandateId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryAuditExportArgs = {
  id: Scalars['ID']['input'];
};


export type QueryAuditExportsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryAuditLinesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AuditEventFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  mandateId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryAuditSinksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryCertificationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryCertificationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  regionId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryContractEndArgs = {
  id: Scalars['ID']['input'];
};


export type QueryContractEndsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryDecisionArgs = {
  id: Scalars['ID']['input'];
};


export type QueryDecisionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  outcome?: InputMaybe<DecisionOutcome>;
};


export type QueryErasureArgs = {
  id: Scalars['ID']['input'];
};


export type QueryErasuresArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryGpuInstanceArgs = {
  id: Scalars['ID']['input'];
};


export type QueryGpuInstancesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<GpuInstanceFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryMandatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryOffersArgs = {
  legalScope?: InputMaybe<LegalScopeInput>;
  region?: InputMaybe<Scalars['String']['input']>;
  shape?: InputMaybe<Scalars['String']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


export type QueryPlanArgs = {
  id: Scalars['ID']['input'];
};


export type QueryPlansArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  projectId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryProjectArgs = {
  id: Scalars['ID']['input'];
};


export type QueryProjectsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryQuotaArgs = {
  id: Scalars['ID']['input'];
};


export type QueryQuotasArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  regionId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryRegionArgs = {
  id: Scalars['ID']['input'];
};


export type QueryRegionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryReservationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryReservationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  projectId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryRetentionArgs = {
  id: Scalars['ID']['input'];
};


export type QueryRetentionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryShapeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryShapesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryViolationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryViolationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  instanceId?: InputMaybe<Scalars['ID']['input']>;
};

/** What an organisation or one of its projects may have in a region. Without any node there, it is not limited. */
export type Quota = Node & {
  readonly __typename?: 'Quota';
  readonly budgets: ReadonlyArray<QuotaBudget>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly limits: ReadonlyArray<QuotaLimit>;
  /** Unique in the region. */
  readonly name: Scalars['String']['output'];
  /** Its code. */
  readonly project?: Maybe<Scalars['String']['output']>;
  /** The project that it bounds; null: the organisation as a whole. */
  readonly projectId?: Maybe<Scalars['ID']['output']>;
  readonly region: Region;
  /** Of the node's owner, by dimension, as fresh as the last commit. Empty for a cohort. */
  readonly used: ReadonlyArray<QuotaUse>;
};

export type QuotaBudget = {
  readonly __typename?: 'QuotaBudget';
  /** Whole percent of what a period leaves unspent that the next one may spend too. What was carried lapses with the period that it was carried into. */
  readonly carryOverPct: Scalars['Int']['output'];
  readonly dimension: BudgetDimension;
  /** Whole units that may be spent in a period. */
  readonly perPeriod: Scalars['SafeInt']['output'];
  readonly period: BudgetPeriod;
};

export type QuotaConnection = {
  readonly __typename?: 'QuotaConnection';
  readonly edges: ReadonlyArray<QuotaEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type QuotaEdge = {
  readonly __typename?: 'QuotaEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Quota;
};

/** The quota of the project, of its organisation or of their cohort does not allow it; the reason says which dimension, how much was asked and what is left. */
export type QuotaExceeded = Problem & {
  readonly __typename?: 'QuotaExceeded';
  readonly code: Scalars['String']['output'];
  /** In order of how little they change. Empty: nothing that was tried would do. */
  readonly counterfactuals: ReadonlyArray<Counterfactual>;
  /** Ask `decision` for the whole explanation. */
  readonly decisionId: Scalars['ID']['output'];
  /** No wait and no date that is declared would make it possible. */
  readonly forEver: Scalars['Boolean']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** The headline first: EXCEEDS_MAX_QUOTA (never, whatever ends) or WAITING_FOR_QUOTA. */
  readonly reasons: ReadonlyArray<PlacementRefusal>;
  readonly retryable: Scalars['Boolean']['output'];
  /** Names the smallest change that would have been accepted. */
  readonly suggestion: Scalars['String']['output'];
  /** How many could be placed now, all else equal. */
  readonly wouldFit: Scalars['Int']['output'];
};

/** One limit, in Kueue's words. */
export type QuotaLimit = {
  readonly __typename?: 'QuotaLimit';
  /** How much beyond it the node may take from its cohort; null: as much as the cohort has. */
  readonly borrowingLimit?: Maybe<Scalars['Int']['output']>;
  /** `GPU` (of every shape), `GPU:<shape code>`, `MILLI_GPU` (thousandths, whole GPUs included), `WATTS` (at full load) or `STORAGE_GIB`. */
  readonly dimension: Scalars['String']['output'];
  /** How much of what it leaves unused the cohort may take; null: all of it. */
  readonly lendingLimit?: Maybe<Scalars['Int']['output']>;
  /** What the node has of its own. Nominals add up along the tree: a parent's is no ceiling for its children's. */
  readonly nominal: Scalars['Int']['output'];
};

/** What living instances hold of one dimension. */
export type QuotaUse = {
  readonly __typename?: 'QuotaUse';
  /** In the unit of the dimension. */
  readonly amount: Scalars['SafeInt']['output'];
  readonly dimension: Scalars['String']['output'];
};

/** Proof-to-be: the audit event written in the same transaction as the act. */
export type Receipt = {
  readonly __typename?: 'Receipt';
  readonly auditEventId: Scalars['ID']['output'];
};

/** A named place under one law and one operator. */
export type Region = Node & {
  readonly __typename?: 'Region';
  /** From the operator up to its last known shareholder, nearest first. */
  readonly capitalChain: ReadonlyArray<Scalars['String']['output']>;
  readonly code: Scalars['String']['output'];
  /** ISO 3166-1 alpha-2. */
  readonly country: Scalars['String']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  /** Whose law reaches the data, `EU-FR` form. */
  readonly jurisdiction: Scalars['String']['output'];
  readonly nameEn: Scalars['String']['output'];
  readonly nameFr: Scalars['String']['output'];
  readonly operatorName: Scalars['String']['output'];
};

export type RegionConnection = {
  readonly __typename?: 'RegionConnection';
  readonly edges: ReadonlyArray<RegionEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type RegionEdge = {
  readonly __typename?: 'RegionEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Region;
};

export type ReleaseGpuInstanceInput = {
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type ReleaseGpuInstanceResult = Conflict | Forbidden | GpuInstanceReleaseAccepted | IdempotencyConflict | NotFound | ValidationFailed;

/** Whole machines and their watts, kept for a project over [from, to). */
export type Reservation = Node & {
  readonly __typename?: 'Reservation';
  /** Since when it holds nothing; only when CANCELLED. */
  readonly cancelledAt?: Maybe<Scalars['DateTime']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  /** The only site that will do; null: any of the region. */
  readonly datacenterId?: Maybe<Scalars['ID']['output']>;
  readonly decisionId?: Maybe<Scalars['ID']['output']>;
  readonly from: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  /** Whole machines. */
  readonly machines: Scalars['Int']['output'];
  readonly projectId: Scalars['ID']['output'];
  readonly region: Region;
  readonly shape: Shape;
  /** At the instant of the answer. */
  readonly state: ReservationState;
  readonly to: Scalars['DateTime']['output'];
  /** At full load: machines × the shape's maximum. */
  readonly watts: Scalars['Int']['output'];
};

export type ReservationAccepted = {
  readonly __typename?: 'ReservationAccepted';
  readonly receipt: Receipt;
  readonly reservation: Reservation;
};

export type ReservationConnection = {
  readonly __typename?: 'ReservationConnection';
  readonly edges: ReadonlyArray<ReservationEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type ReservationEdge = {
  readonly __typename?: 'ReservationEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Reservation;
};

/** The machines cannot be kept for the whole interval. Nothing was reserved. */
export type ReservationRefused = Problem & {
  readonly __typename?: 'ReservationRefused';
  /** NOT_ENOUGH_CAPACITY, POWER_REFUSED, LEGAL_SCOPE_REFUSED, TENANT_CLASS_REFUSED or QUOTA_EXCEEDED, by the headline. */
  readonly code: Scalars['String']['output'];
  /** In order of how little they change. Empty: nothing that was tried would do. */
  readonly counterfactuals: ReadonlyArray<Counterfactual>;
  readonly decisionId: Scalars['ID']['output'];
  /** No wait and no date that is declared would make it possible. */
  readonly forEver: Scalars['Boolean']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** The first is the headline. */
  readonly reasons: ReadonlyArray<PlacementRefusal>;
  readonly retryable: Scalars['Boolean']['output'];
  /** Names the smallest change that would have been accepted. */
  readonly suggestion: Scalars['String']['output'];
  /** How many machines could be kept, all else equal. */
  readonly wouldFit: Scalars['Int']['output'];
};

export type ReservationState =
  | 'ACTIVE'
  | 'CANCELLED'
  | 'EXPIRED'
  | 'SCHEDULED';

/** How long events of a class are kept: 6 months at least (SecNumCloud 3.2 §12.6), 12 without a decision, 36 at most and with a reason (CNIL 2021-122). Then their entries are pruned; their hashes stay. */
export type Retention = Node & {
  readonly __typename?: 'Retention';
  readonly approvedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly approvedBy?: Maybe<Scalars['String']['output']>;
  readonly class: RetentionClass;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly months: Scalars['Int']['output'];
  readonly proposedBy: Scalars['String']['output'];
  readonly reason?: Maybe<Scalars['String']['output']>;
  readonly state: RetentionState;
};

/** Retention classes of events: each event names its own in `line`. */
export type RetentionClass =
  | 'ADMIN'
  | 'BILLING'
  | 'DATA_ACCESS'
  | 'LIFECYCLE'
  | 'LOG_CONTROL'
  | 'SECURITY';

export type RetentionConnection = {
  readonly __typename?: 'RetentionConnection';
  readonly edges: ReadonlyArray<RetentionEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type RetentionEdge = {
  readonly __typename?: 'RetentionEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Retention;
};

export type RetentionState =
  /** By another person. In force, unless a later one of its class is. */
  | 'APPROVED'
  | 'CANCELLED'
  | 'PROPOSED';

export type RevokeApiKeyInput = {
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type RevokeApiKeyResult = ApiKeyRevoked | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type RevokeMandateInput = {
  /** The generation that was read. */
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type RevokeMandateResult = Conflict | Forbidden | IdempotencyConflict | MandateAccepted | NotFound | ValidationFailed;

/** Room that comes because instances give way: how many, and when the last of them is gone. */
export type RoomToCome = {
  readonly __typename?: 'RoomToCome';
  readonly instances: Scalars['Int']['output'];
  /** Send the order again, under another idempotencyKey, after so many seconds. */
  readonly noticeSeconds: Scalars['Int']['output'];
};

/** What an order names: a kind of machine. A new chip is a new shape. */
export type Shape = Node & {
  readonly __typename?: 'Shape';
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  readonly code: Scalars['String']['output'];
  /** Thousandths of a core. */
  readonly cpuMilli: Scalars['Int']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly gpuMemoryMiB: Scalars['Int']['output'];
  /** `nvidia.com/gpu.product` label value. */
  readonly gpuModel: Scalars['String']['output'];
  readonly gpus: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  /** Watts of an energised machine with no load, and under full load. */
  readonly idleW: Scalars['Int']['output'];
  readonly maxW: Scalars['Int']['output'];
  readonly nicMbps: Scalars['Int']['output'];
  /** GPUs in one NVLink domain, 0 without. */
  readonly nvlinkDomainSize: Scalars['Int']['output'];
  readonly nvmeGiB: Scalars['Int']['output'];
  /** Dense FP16 teraflops of the whole machine. */
  readonly peakFp16Tflops: Scalars['Int']['output'];
  /** Euro cents an hour of a whole machine; slices and parts in proportion. Null: no price is declared. */
  readonly pricePerHourMinor?: Maybe<Scalars['Int']['output']>;
  readonly ramMiB: Scalars['Int']['output'];
  readonly sliceProfiles: ReadonlyArray<SliceProfile>;
};

export type ShapeConnection = {
  readonly __typename?: 'ShapeConnection';
  readonly edges: ReadonlyArray<ShapeEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type ShapeEdge = {
  readonly __typename?: 'ShapeEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Shape;
};

export type SliceProfile = {
  readonly __typename?: 'SliceProfile';
  readonly memoryMiB: Scalars['Int']['output'];
  readonly milliGpu: Scalars['Int']['output'];
  readonly name: Scalars['String']['output'];
};

/** One step of a life: into which state, why, by whom, when. */
export type StatusChange = {
  readonly __typename?: 'StatusChange';
  readonly actor: Scalars['String']['output'];
  readonly at: Scalars['DateTime']['output'];
  readonly cause: Scalars['String']['output'];
  readonly state: InstanceState;
};

export type Subscription = {
  readonly __typename?: 'Subscription';
  /** In order, at least once, from after the cursor; without a cursor from now on. */
  readonly events: Event;
  /** The instance now, then again after each change; ends when it is RELEASED. Reconnecting starts with the present state, so nothing is missed. */
  readonly gpuInstance: GpuInstance;
};


export type SubscriptionEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<EventFilter>;
};


export type SubscriptionGpuInstanceArgs = {
  id: Scalars['ID']['input'];
};

export type TenantClass =
  | 'CONSORTIUM'
  | 'PRIVATE'
  | 'PUBLIC_BODY'
  | 'RESEARCH';

/** Whether the level is needed, or only wished for. */
export type Topology = {
  readonly __typename?: 'Topology';
  readonly level: TopologyLevel;
  readonly required: Scalars['Boolean']['output'];
};

/** How close to each other the instances of an order must stand. */
export type TopologyInput = {
  readonly level: TopologyLevel;
  /** False: wished for; the order is placed wider rather than refused. */
  readonly required?: Scalars['Boolean']['input'];
};

/** From the tightest to the widest. The instances of one order share one place of the level. */
export type TopologyLevel =
  | 'ANY'
  | 'DATACENTER'
  | 'NVLINK_DOMAIN'
  | 'RACK'
  | 'REGION'
  | 'ROW'
  | 'SAME_MACHINE';

export type UpdateProjectInput = {
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly legalScope?: InputMaybe<LegalScopeInput>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly stage?: InputMaybe<ProjectStage>;
};

export type UpdateProjectResult = Conflict | Forbidden | IdempotencyConflict | NotFound | ProjectAccepted | ValidationFailed;

/** The input is wrong and nothing was changed. The first fault gives code, message, suggestion and path; `faults` lists all. */
export type ValidationFailed = Problem & {
  readonly __typename?: 'ValidationFailed';
  readonly code: Scalars['String']['output'];
  readonly faults: ReadonlyArray<Fault>;
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly retryable: Scalars['Boolean']['output'];
  readonly suggestion: Scalars['String']['output'];
};

/** Whoever holds the token. */
export type Viewer = {
  readonly __typename?: 'Viewer';
  /** Whether acts are taken at the moment: a frozen audit log refuses every change with AUDIT_FROZEN, while most reading goes on. */
  readonly auditTrail: AuditTrail;
  readonly directory: Directory;
  /** Opaque subject of the directory, or the API key's id. */
  readonly id: Scalars['String']['output'];
  /** Null at the provider door. */
  readonly organisation?: Maybe<ViewerOrganisation>;
  readonly roles: ReadonlyArray<Scalars['String']['output']>;
};

export type ViewerOrganisation = {
  readonly __typename?: 'ViewerOrganisation';
  readonly class: TenantClass;
  readonly code: Scalars['String']['output'];
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
};

/**
 * An instance stands where the law that its order asked for no longer holds. It goes on running: whoever ordered it is told, and decides. Dated, ended when the law
 * holds again or the instance is released, and never removed.
 */
export type Violation = Node & {
  readonly __typename?: 'Violation';
  /** Scheme of the certification that is missing; null where the rule is about another thing. */
  readonly certification?: Maybe<Scalars['String']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly datacenter: Datacenter;
  /** Null while it lasts. */
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly id: Scalars['ID']['output'];
  readonly instanceId: Scalars['ID']['output'];
  /** In words, with the clause it rests on. */
  readonly message: Scalars['String']['output'];
  readonly rule: ViolationRule;
  /** When the law ceased to hold: the lapse itself, not its discovery. */
  readonly since: Scalars['DateTime']['output'];
};

export type ViolationConnection = {
  readonly __typename?: 'ViolationConnection';
  readonly edges: ReadonlyArray<ViolationEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type ViolationEdge = {
  readonly __typename?: 'ViolationEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Violation;
};

/** What of its legal scope an instance no longer has. In the order of the placement's checks. */
export type ViolationRule =
  /** A certification that the site had is not valid. */
  | 'CERTIFICATION_EXPIRED'
  /** The site is under another law, or was never certified so. */
  | 'LEGAL_SCOPE'
  /** The site does not admit the organisation's class. */
  | 'TENANT_CLASS';

/** What a machine's work is for: a pool may be kept for one of them. */
export type WorkPurpose =
  | 'INFERENCE'
  | 'TRAINING';
