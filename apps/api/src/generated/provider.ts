// Generated from apps/api/provider.graphql by tools/generate/schema.mjs.
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

export type AcknowledgeAlarmInput = {
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** One line of at most 500 characters: what was found out or done so far. */
  readonly note: Scalars['String']['input'];
};

export type AcknowledgeAlarmResult = AlarmAnswered | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

/** EXACTLY_ONE unless either `regionId` or `datacenterId` is given; INTERVAL_REVERSED when it ends before it begins. A renewal is another certification. */
export type AddCertificationInput = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  readonly datacenterId?: InputMaybe<Scalars['ID']['input']>;
  readonly evidence?: InputMaybe<CertificationEvidenceInput>;
  /** Of one kind, a place has one certification that begins at an instant. */
  readonly from: Scalars['DateTime']['input'];
  readonly holder: Scalars['String']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** `[A-Z][A-Z0-9_]{1,30}` */
  readonly kind: Scalars['String']['input'];
  readonly regionId?: InputMaybe<Scalars['ID']['input']>;
  /** After `from`. */
  readonly to: Scalars['DateTime']['input'];
};

export type AddCertificationResult = CertificationAccepted | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

/** Something wrong with an audit log, found by the monitor. One is open for each kind, log and place; what is found again is counted. Kept when it is over. */
export type Alarm = Node & {
  readonly __typename?: 'Alarm';
  /** Until when a person must have acknowledged it: a day (SecNumCloud 3.2 §12.9), less for damage. */
  readonly acknowledgeBy: Scalars['DateTime']['output'];
  readonly acknowledgedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Opaque subject of whoever acknowledged it. */
  readonly acknowledgedBy?: Maybe<Scalars['String']['output']>;
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
  /** What whoever acknowledged it wrote. */
  readonly note?: Maybe<Scalars['String']['output']>;
  /** Whose log; null: the provider's or the global one. */
  readonly organisationId?: Maybe<Scalars['ID']['output']>;
  /** Origin of the log concerned. */
  readonly origin: Scalars['String']['output'];
  /** Nobody acknowledged it in time. */
  readonly overdue: Scalars['Boolean']['output'];
  /** Within the log: `leaf/17`, `tile/0/000`, `witness/w1`; empty: the whole log. */
  readonly place: Scalars['String']['output'];
  readonly raisedAt: Scalars['DateTime']['output'];
  /** False while the log could not take the event of this alarm: it follows as soon as it can. */
  readonly recorded: Scalars['Boolean']['output'];
  /** Why a person said that it is over. */
  readonly resolution?: Maybe<Scalars['String']['output']>;
  readonly resolvedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Opaque subject; null when it ended by itself. */
  readonly resolvedBy?: Maybe<Scalars['String']['output']>;
  /** Times that it was found, the first included. */
  readonly seen: Scalars['SafeInt']['output'];
  readonly severity: AlarmSeverity;
  readonly state: AlarmState;
  /** What to do. */
  readonly suggestion: Scalars['String']['output'];
};

export type AlarmAnswered = {
  readonly __typename?: 'AlarmAnswered';
  readonly alarm: Alarm;
  readonly receipt: Receipt;
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
  readonly organisationId?: InputMaybe<Scalars['ID']['input']>;
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

export type ApproveContractEndInput = {
  /** The generation that was read. */
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type ApproveContractEndResult = Conflict | ContractEndAccepted | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type ApproveLoadTargetInput = {
  /** The generation that was read. */
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type ApproveLoadTargetResult = Conflict | Forbidden | IdempotencyConflict | LoadTargetAccepted | NotFound | ValidationFailed;

export type ApproveMandateInput = {
  /** The generation that was read. */
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type ApproveMandateResult = Conflict | Forbidden | IdempotencyConflict | MandateAccepted | NotFound | ValidationFailed;

export type ApproveRetentionInput = {
  /** The generation that was read. */
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type ApproveRetentionResult = Conflict | Forbidden | IdempotencyConflict | NotFound | RetentionAccepted | ValidationFailed;

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

/** What one resource blocked in one week. */
export type BoardCell = {
  readonly __typename?: 'BoardCell';
  /** GPUs × hours of the lease or reservation that were asked and not placed, rounded down for each week and reason. */
  readonly gpuHours: Scalars['SafeInt']['output'];
  /** Orders and reservations asked and not placed; an ask repeated within an hour counts once, and not at all when the repetition was placed. */
  readonly orders: Scalars['Int']['output'];
  /** Most GPU-hours first. */
  readonly reasons: ReadonlyArray<BoardReason>;
  readonly resource: LimitingResource;
  /** ISO 8601, for example `2027-W03`; weeks begin on Monday, UTC. */
  readonly week: Scalars['String']['output'];
};

/** One reason behind a cell of the board. */
export type BoardReason = {
  readonly __typename?: 'BoardReason';
  readonly gpuHours: Scalars['SafeInt']['output'];
  readonly orders: Scalars['Int']['output'];
  /** Headline of the refusals, a code of the placement's checks. */
  readonly reason: Scalars['String']['output'];
};

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

export type CancelContractEndInput = {
  /** The generation that was read. */
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type CancelContractEndResult = Conflict | ContractEndAccepted | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type CancelLoadTargetInput = {
  /** The generation that was read. */
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type CancelLoadTargetResult = Conflict | Forbidden | IdempotencyConflict | LoadTargetAccepted | NotFound | ValidationFailed;

/** What fits a datacenter on each date, and what must exist by then. */
export type CapacityForecast = {
  readonly __typename?: 'CapacityForecast';
  readonly datacenter: Datacenter;
  /** They follow each other without a gap over the time asked for. */
  readonly intervals: ReadonlyArray<ForecastInterval>;
  /** False: no power node is declared, and the tree limits nothing. */
  readonly treeDeclared: Scalars['Boolean']['output'];
};

export type CapacityForecastResult = CapacityForecast | NotFound | ValidationFailed;

/** Consecutive entries of a region's capacity ledger as JSON Lines, oldest first: `{"at", "epoch", "fact", "index"}`, members sorted. Append-only, one writer, no gaps. */
export type CapacityLedger = {
  readonly __typename?: 'CapacityLedger';
  readonly count: Scalars['Int']['output'];
  readonly hasMore: Scalars['Boolean']['output'];
  readonly jsonLines: Scalars['String']['output'];
  /** Pass as `after` for the next part; the last part has `hasMore: false`. */
  readonly lastIndex: Scalars['SafeInt']['output'];
  readonly regionId: Scalars['ID']['output'];
};

export type CapacityLedgerResult = CapacityLedger | Forbidden | NotFound | ValidationFailed;

/** A telecommunications operator. Two names of one company are one carrier: diversity is counted by this. */
export type Carrier = Node & {
  readonly __typename?: 'Carrier';
  /** Names of the fields whose value is an assumption. */
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  /** Unique; `[a-z][a-z0-9-]{1,30}`. */
  readonly code: Scalars['String']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
};

export type CarrierAccepted = {
  readonly __typename?: 'CarrierAccepted';
  readonly carrier: Carrier;
  readonly receipt: Receipt;
};

export type CarrierConnection = {
  readonly __typename?: 'CarrierConnection';
  readonly edges: ReadonlyArray<CarrierEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type CarrierEdge = {
  readonly __typename?: 'CarrierEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Carrier;
};

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
  readonly evidence?: Maybe<CertificationEvidence>;
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

export type CertificationAccepted = {
  readonly __typename?: 'CertificationAccepted';
  readonly certification: Certification;
  readonly receipt: Receipt;
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

/** What a certification can be checked against. */
export type CertificationEvidence = {
  readonly __typename?: 'CertificationEvidence';
  /** Title, reference or address of the document. */
  readonly document: Scalars['String']['output'];
  /** SHA-256 of the document, 64 lower-case hexadecimal digits. */
  readonly sha256: Scalars['String']['output'];
};

export type CertificationEvidenceInput = {
  readonly document: Scalars['String']['input'];
  readonly sha256: Scalars['String']['input'];
};

export type ChangeAuditSinkResult = AuditSinkAccepted | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type ClassTenancy = {
  readonly __typename?: 'ClassTenancy';
  readonly class: TenantClass;
  readonly first: Scalars['DateTime']['output'];
  readonly instances: Scalars['Int']['output'];
  /** Null when an instance of the class is still held. */
  readonly last?: Maybe<Scalars['DateTime']['output']>;
  readonly organisations: ReadonlyArray<Tenancy>;
};

/** A Kubernetes cluster. Its credential is sealed at the door for the controller and never returned. */
export type Cluster = Node & {
  readonly __typename?: 'Cluster';
  readonly conditions: ReadonlyArray<Condition>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly datacenter: Datacenter;
  /** URL of the API server. */
  readonly endpoint: Scalars['String']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly kubernetesVersion?: Maybe<Scalars['String']['output']>;
  readonly name: Scalars['String']['output'];
  readonly observedGeneration: Scalars['Int']['output'];
  readonly provider: ClusterProvider;
  /** True: its nodes are simulated. */
  readonly simulated: Scalars['Boolean']['output'];
};

export type ClusterAccepted = {
  readonly __typename?: 'ClusterAccepted';
  readonly cluster: Cluster;
  readonly receipt: Receipt;
};

export type ClusterConnection = {
  readonly __typename?: 'ClusterConnection';
  readonly edges: ReadonlyArray<ClusterEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type ClusterEdge = {
  readonly __typename?: 'ClusterEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Cluster;
};

export type ClusterProvider =
  | 'EXTERNAL'
  | 'KIND'
  | 'LOCAL'
  /** Its nodes are simulated with KWOK. */
  | 'SIMULATED';

export type CompareSitesInput = {
  /** ISO 4217, of the assumptions and of the sites' links: no exchange rate is applied. */
  readonly currency: Scalars['String']['input'];
  /** 1 to 20, each once. */
  readonly sites: ReadonlyArray<ComparedSiteInput>;
  readonly weights: ComparisonWeightsInput;
  readonly workload: ComparedWorkloadInput;
};

export type CompareSitesResult = NotFound | SiteComparison | ValidationFailed;

export type ComparedLegalScopeInput = {
  readonly certifications?: ReadonlyArray<Scalars['String']['input']>;
  readonly dataClass?: DataClass;
  /** Empty: any. */
  readonly jurisdictions?: ReadonlyArray<Scalars['String']['input']>;
};

/** A candidate, with what is not declared of it. Each number here is an assumption of whoever asks, and the note says so. */
export type ComparedSiteInput = {
  readonly datacenterId: Scalars['ID']['input'];
  /** Minor units a megawatt-hour. */
  readonly energyMinorPerMWh: Scalars['Int']['input'];
  /** Grams CO2e a kilowatt-hour of the grid, location-based. Null: what the datacenter declares. */
  readonly gridGramsPerKwh?: InputMaybe<Scalars['Int']['input']>;
  /** Minor units for a kilowatt of IT and a month: building, cooling, surveillance. */
  readonly hostingMinorPerKWMonth: Scalars['Int']['input'];
  /** Minor units for a terabyte that leaves the site; 0 where traffic is in the links' price. */
  readonly trafficMinorPerTbOut?: Scalars['Int']['input'];
};

export type ComparedWorkloadInput = {
  readonly legalScope?: ComparedLegalScopeInput;
  readonly name: Scalars['String']['input'];
  readonly purpose?: WorkloadPurpose;
  /** Null: the sooner the better. */
  readonly requiredResponseMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** Code of the shape that the GPUs come in: as many whole machines as they need count, at their maximum. */
  readonly shape?: InputMaybe<Scalars['String']['input']>;
  /** Whoever must come when a machine fails. Null: anybody. */
  readonly skill?: InputMaybe<Scalars['String']['input']>;
  /** Whose workload it is: a site may admit only some. */
  readonly tenantClass: TenantClass;
  /** One calendar year after the other. */
  readonly years: ReadonlyArray<ComparedYearInput>;
};

/** What the model says of a site in one year of the workload. */
export type ComparedYear = {
  readonly __typename?: 'ComparedYear';
  /** Facility watts of energised contract that others leave, at the worst instant of the year. */
  readonly availableW: Scalars['SafeInt']['output'];
  /** Grams CO2e. */
  readonly carbonG: Scalars['SafeInt']['output'];
  readonly energyKWh: Scalars['SafeInt']['output'];
  /** Minor units of the comparison's currency, as are the next three. */
  readonly energyMinor: Scalars['SafeInt']['output'];
  /** IT x PUE. */
  readonly facilityW: Scalars['SafeInt']['output'];
  readonly hostingMinor: Scalars['SafeInt']['output'];
  /** Megabits a second, monthly average of the larger direction. */
  readonly neededMbps: Scalars['Int']['output'];
  readonly totalMinor: Scalars['SafeInt']['output'];
  readonly trafficMinor: Scalars['SafeInt']['output'];
  readonly year: Scalars['Int']['output'];
};

export type ComparedYearInput = {
  /** Terabytes (10^12 bytes) a month, into the site and out of it. */
  readonly dataInTb: Scalars['Int']['input'];
  readonly dataOutTb: Scalars['Int']['input'];
  /** Exactly one of `gpus` (with `shape`) and `itW`. */
  readonly gpus?: InputMaybe<Scalars['Int']['input']>;
  /** Watts at the machines' inlets, drawn all the year round. */
  readonly itW?: InputMaybe<Scalars['Int']['input']>;
  readonly year: Scalars['Int']['input'];
};

/** Whole percent each, 0 to 100. What counts is each one's share of their sum. */
export type ComparisonWeightsInput = {
  readonly carbon: Scalars['Int']['input'];
  readonly connectivity: Scalars['Int']['input'];
  readonly law: Scalars['Int']['input'];
  readonly power: Scalars['Int']['input'];
  readonly price: Scalars['Int']['input'];
  readonly staff: Scalars['Int']['input'];
};

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

export type ContractEndAccepted = {
  readonly __typename?: 'ContractEndAccepted';
  readonly contractEnd: ContractEnd;
  readonly receipt: Receipt;
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
  /** A tenant's log, under a mandate in force that covers the whole period; absent: the provider's own. */
  readonly organisationId?: InputMaybe<Scalars['ID']['input']>;
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

export type CreateCarrierInput = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  readonly code: Scalars['String']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly name: Scalars['String']['input'];
};

export type CreateCarrierResult = CarrierAccepted | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type CreateDatacenterInput = {
  readonly adminLocation: Scalars['String']['input'];
  readonly admittedTenantClasses: ReadonlyArray<TenantClass>;
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  readonly buildingOwner: Scalars['String']['input'];
  readonly code: Scalars['String']['input'];
  readonly commune: Scalars['String']['input'];
  readonly feedLossTolerated?: Scalars['Boolean']['input'];
  /** 0 to 3,000. */
  readonly gridGramsPerKwh?: InputMaybe<Scalars['Int']['input']>;
  readonly idempotencyKey: Scalars['String']['input'];
  readonly latitudeE6?: InputMaybe<Scalars['Int']['input']>;
  readonly leaseFrom?: InputMaybe<Scalars['DateTime']['input']>;
  readonly leaseTo?: InputMaybe<Scalars['DateTime']['input']>;
  readonly logLocation: Scalars['String']['input'];
  readonly longitudeE6?: InputMaybe<Scalars['Int']['input']>;
  readonly name: Scalars['String']['input'];
  /** At least 1000. */
  readonly pueMilli: Scalars['Int']['input'];
  readonly regionId: Scalars['ID']['input'];
  readonly status: DatacenterStatus;
};

export type CreateDatacenterResult = Conflict | DatacenterAccepted | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type CreateHallInput = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  readonly coolingCapacityW: Scalars['Int']['input'];
  readonly coolingKinds: ReadonlyArray<CoolingKind>;
  readonly datacenterId: Scalars['ID']['input'];
  readonly deratingPct?: Scalars['Int']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** Unique in the datacenter. */
  readonly name: Scalars['String']['input'];
};

export type CreateHallResult = Conflict | Forbidden | HallAccepted | IdempotencyConflict | NotFound | ValidationFailed;

export type CreateLinkInput = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  readonly capacityMbps: Scalars['Int']['input'];
  readonly carrierId: Scalars['ID']['input'];
  readonly currency: Scalars['String']['input'];
  readonly datacenterId: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly kind: LinkKind;
  readonly latencyUs: Scalars['Int']['input'];
  readonly monthlyPriceMinor: Scalars['Int']['input'];
  /** Unique in the datacenter. */
  readonly name: Scalars['String']['input'];
  /** Exactly one of `toDatacenterId` and `toName`. */
  readonly toDatacenterId?: InputMaybe<Scalars['ID']['input']>;
  readonly toName?: InputMaybe<Scalars['String']['input']>;
};

export type CreateLinkResult = Conflict | Forbidden | IdempotencyConflict | LinkAccepted | NotFound | ValidationFailed;

export type CreateMachineInput = {
  readonly idempotencyKey: Scalars['String']['input'];
  readonly name: Scalars['String']['input'];
  readonly nvlinkDomain?: InputMaybe<Scalars['String']['input']>;
  readonly positionU?: InputMaybe<Scalars['Int']['input']>;
  readonly rackId: Scalars['ID']['input'];
  readonly serial: Scalars['String']['input'];
  readonly shapeId: Scalars['ID']['input'];
  readonly simulated?: Scalars['Boolean']['input'];
};

export type CreateMachineResult = Conflict | Forbidden | IdempotencyConflict | MachineAccepted | NotFound | ValidationFailed;

/** All of them or none; at most 5,000. */
export type CreateMachinesInput = {
  readonly idempotencyKey: Scalars['String']['input'];
  readonly machines: ReadonlyArray<MachineRow>;
};

export type CreateMachinesResult = Conflict | Forbidden | IdempotencyConflict | MachinesAccepted | NotFound | ValidationFailed;

export type CreateNodePoolInput = {
  readonly clusterId: Scalars['ID']['input'];
  readonly drainPolicy?: DrainPolicy;
  readonly idempotencyKey: Scalars['String']['input'];
  readonly labels?: ReadonlyArray<LabelInput>;
  readonly maximum: Scalars['Int']['input'];
  readonly minimum?: Scalars['Int']['input'];
  readonly name: Scalars['String']['input'];
  readonly purpose?: PoolPurpose;
  readonly rackIds?: ReadonlyArray<Scalars['ID']['input']>;
  readonly shapeId: Scalars['ID']['input'];
  readonly taints?: ReadonlyArray<TaintInput>;
  readonly target: Scalars['Int']['input'];
  readonly tenantClasses?: ReadonlyArray<TenantClass>;
};

export type CreateNodePoolResult = Conflict | Forbidden | IdempotencyConflict | NodePoolAccepted | NotFound | ValidationFailed;

export type CreateOrganisationInput = {
  readonly class: TenantClass;
  readonly code: Scalars['String']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** Only for a CONSORTIUM. */
  readonly memberIds?: ReadonlyArray<Scalars['ID']['input']>;
  readonly name: Scalars['String']['input'];
};

export type CreateOrganisationResult = Conflict | Forbidden | IdempotencyConflict | NotFound | OrganisationAccepted | ValidationFailed;

export type CreatePowerNodeInput = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  /** 1 to 2,000,000,000 W. */
  readonly capacityW: Scalars['Int']['input'];
  readonly datacenterId: Scalars['ID']['input'];
  readonly deratingPct?: Scalars['Int']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly kind: PowerNodeKind;
  /** Unique in the datacenter, a Kubernetes label value: [A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])? */
  readonly name: Scalars['String']['input'];
  /** A node of the same datacenter; absent for a root. */
  readonly parentId?: InputMaybe<Scalars['ID']['input']>;
  /** That of its parent, unless the parent has none. POWER_SIDE_MISMATCH, FEED_WITHOUT_SIDE otherwise. */
  readonly side: PowerSide;
};

export type CreatePowerNodeResult = Conflict | Forbidden | IdempotencyConflict | NotFound | PowerNodeAccepted | ValidationFailed;

export type CreateRackInput = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  readonly coolingCapacityW: Scalars['Int']['input'];
  readonly coolingKind: CoolingKind;
  readonly feedA?: InputMaybe<Scalars['String']['input']>;
  readonly feedB?: InputMaybe<Scalars['String']['input']>;
  readonly hallId: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** 1 to 150,000. */
  readonly maxPowerW: Scalars['Int']['input'];
  readonly name: Scalars['String']['input'];
  readonly position: Scalars['Int']['input'];
  readonly row: Scalars['String']['input'];
  readonly state: RackState;
  readonly units: Scalars['Int']['input'];
};

export type CreateRackResult = Conflict | Forbidden | IdempotencyConflict | NotFound | RackAccepted | ValidationFailed;

export type CreateRegionInput = {
  readonly capitalChain?: ReadonlyArray<Scalars['String']['input']>;
  /** `[a-z][a-z0-9-]{1,30}`, unique, never changed afterwards. */
  readonly code: Scalars['String']['input'];
  readonly country: Scalars['String']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly jurisdiction: Scalars['String']['input'];
  readonly nameEn: Scalars['String']['input'];
  readonly nameFr: Scalars['String']['input'];
  readonly operatorName: Scalars['String']['input'];
};

export type CreateRegionResult = Conflict | Forbidden | IdempotencyConflict | RegionAccepted | ValidationFailed;

export type CreateShapeInput = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  readonly code: Scalars['String']['input'];
  readonly coolingKinds: ReadonlyArray<CoolingKind>;
  readonly cpuMilli: Scalars['Int']['input'];
  readonly gpuMemoryMiB: Scalars['Int']['input'];
  readonly gpuModel: Scalars['String']['input'];
  readonly gpus: Scalars['Int']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly idleW: Scalars['Int']['input'];
  readonly maxW: Scalars['Int']['input'];
  readonly nicMbps: Scalars['Int']['input'];
  readonly nvlinkDomainSize?: Scalars['Int']['input'];
  readonly nvmeGiB: Scalars['Int']['input'];
  readonly peakFp16Tflops: Scalars['Int']['input'];
  /** Euro cents an hour of a whole machine. */
  readonly pricePerHourMinor?: InputMaybe<Scalars['Int']['input']>;
  readonly ramMiB: Scalars['Int']['input'];
  readonly sliceProfiles?: ReadonlyArray<SliceProfileInput>;
  readonly units: Scalars['Int']['input'];
};

export type CreateShapeResult = Conflict | Forbidden | IdempotencyConflict | ShapeAccepted | ValidationFailed;

export type CreateStaffCoverageInput = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  readonly datacenterId: Scalars['ID']['input'];
  readonly days: ReadonlyArray<Weekday>;
  readonly fromMinute: Scalars['Int']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** Unique in the datacenter. */
  readonly name: Scalars['String']['input'];
  readonly responseMinutes: Scalars['Int']['input'];
  /** `[A-Z][A-Z0-9_]{1,30}`. */
  readonly skill: Scalars['String']['input'];
  readonly toMinute: Scalars['Int']['input'];
};

export type CreateStaffCoverageResult = Conflict | Forbidden | IdempotencyConflict | NotFound | StaffCoverageAccepted | ValidationFailed;

export type Criterion =
  | 'CARBON'
  | 'CONNECTIVITY'
  | 'LAW'
  | 'POWER'
  | 'PRICE'
  | 'STAFF';

export type CriterionScore = {
  readonly __typename?: 'CriterionScore';
  readonly criterion: Criterion;
  /** Thousandths: 1000 is as good as the best admitted site, or as what was asked for. */
  readonly scoreMilli: Scalars['Int']['output'];
};

/** Sums over racks. */
export type CutTotals = {
  readonly __typename?: 'CutTotals';
  readonly gpus: Scalars['Int']['output'];
  readonly instances: Scalars['Int']['output'];
  readonly machines: Scalars['Int']['output'];
  readonly racks: Scalars['Int']['output'];
  /** Idle watts and claims. */
  readonly watts: Scalars['SafeInt']['output'];
};

/** A rack without any feed left. */
export type DarkRack = {
  readonly __typename?: 'DarkRack';
  readonly id: Scalars['ID']['output'];
  /** Instances that stop with it. */
  readonly instanceIds: ReadonlyArray<Scalars['ID']['output']>;
  readonly name: Scalars['String']['output'];
};

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
  readonly buildingOwner: Scalars['String']['output'];
  readonly code: Scalars['String']['output'];
  readonly commune: Scalars['String']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  /**
   * True: racks go on after the loss of either feed, so each side must be able to carry everything alone (N-1). False: only what is drawn while nothing is lost
   * counts against power nodes.
   */
  readonly feedLossTolerated: Scalars['Boolean']['output'];
  readonly generation: Scalars['Int']['output'];
  /** Grams CO2e a kWh of the grid that feeds it, for estimates. */
  readonly gridGramsPerKwh?: Maybe<Scalars['Int']['output']>;
  readonly id: Scalars['ID']['output'];
  /** Millionths of a degree, WGS 84. */
  readonly latitudeE6?: Maybe<Scalars['Int']['output']>;
  readonly leaseFrom?: Maybe<Scalars['DateTime']['output']>;
  readonly leaseTo?: Maybe<Scalars['DateTime']['output']>;
  /** Where logs are kept and from where the site is administered. */
  readonly logLocation: Scalars['String']['output'];
  readonly longitudeE6?: Maybe<Scalars['Int']['output']>;
  readonly name: Scalars['String']['output'];
  /** Power usage effectiveness in thousandths: 1200 is 1.2 (ISO/IEC 30134-2). */
  readonly pueMilli: Scalars['Int']['output'];
  readonly region: Region;
  readonly status: DatacenterStatus;
};

export type DatacenterAccepted = {
  readonly __typename?: 'DatacenterAccepted';
  readonly datacenter: Datacenter;
  readonly receipt: Receipt;
};

export type DatacenterConnection = {
  readonly __typename?: 'DatacenterConnection';
  readonly edges: ReadonlyArray<DatacenterEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type DatacenterEdge = {
  readonly __typename?: 'DatacenterEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Datacenter;
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

export type DrainPolicy =
  | 'AFTER_NOTICE'
  | 'WAIT_FOR_RELEASE';

export type EndContractInput = {
  readonly idempotencyKey: Scalars['String']['input'];
  /** Days between the approval and the erasure: 21 to 365. */
  readonly noticeDays?: Scalars['Int']['input'];
  readonly organisationId: Scalars['ID']['input'];
};

export type EndContractResult = Conflict | ContractEndAccepted | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

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

/** A site that the law shuts out: named, never scored. No weight can buy it back. */
export type ExcludedSite = {
  readonly __typename?: 'ExcludedSite';
  readonly datacenter: Datacenter;
  readonly missing: ReadonlyArray<SiteWarning>;
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

/** What stops if a power node is cut. */
export type FeedCut = {
  readonly __typename?: 'FeedCut';
  /** Racks that have no feed left. */
  readonly dark: CutTotals;
  /** The first 100 of them by name. */
  readonly darkRacks: ReadonlyArray<DarkRack>;
  readonly datacenter: Datacenter;
  readonly id: Scalars['ID']['output'];
  /** Watts to take off the racks behind the overloaded nodes, at least; what is shed under a node also relieves everything above it. */
  readonly mustShedW: Scalars['SafeInt']['output'];
  readonly name: Scalars['String']['output'];
  /** Surviving nodes over their usable watts, worst first. */
  readonly overloaded: ReadonlyArray<OverloadedNode>;
  /** Racks that lose one feed of two and run on, all on the other. */
  readonly shifted: CutTotals;
};

export type FeedCutResult = FeedCut | NotFound;

/** How many more machines one resource alone would allow. */
export type FitBound = {
  readonly __typename?: 'FitBound';
  /** IT watts left. Negative: more is held than the resource has. */
  readonly freeW: Scalars['SafeInt']['output'];
  readonly machines: Scalars['Int']['output'];
  /** The power node or hall that gives way first; null where it is none. */
  readonly name?: Maybe<Scalars['String']['output']>;
  readonly resource: SiteResource;
};

export type FlipDirection =
  | 'LESS'
  | 'MORE';

/** The viewer's roles do not allow it. */
export type Forbidden = Problem & {
  readonly __typename?: 'Forbidden';
  readonly code: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly retryable: Scalars['Boolean']['output'];
  readonly suggestion: Scalars['String']['output'];
};

/** A time in which nothing begins or ends, as far as is known. */
export type ForecastInterval = {
  readonly __typename?: 'ForecastInterval';
  /** Idle watts of the machines that stand, claims whose leases have not ended, reservations in force. Leases count to the end of their last day. */
  readonly committedItW: Scalars['SafeInt']['output'];
  /** Facility watts of that phase; 0 without one. */
  readonly contractedW: Scalars['Int']['output'];
  /** Facility watts of the ENERGISED phases in force alone: what orders can count on today. */
  readonly energisedW: Scalars['Int']['output'];
  /** In the order of the shapes' codes. */
  readonly fits: ReadonlyArray<ShapeFit>;
  /** itW less committedItW; negative when more is held than the phases that count allow. */
  readonly freeItW: Scalars['SafeInt']['output'];
  readonly from: Scalars['DateTime']['output'];
  /** IT watts: contractedW × 1000 / pueMilli, rounded down. */
  readonly itW: Scalars['Int']['output'];
  /** What runs out first: the resource with the fewest watts left. */
  readonly limiting: SiteResource;
  /** IT watts it has left. */
  readonly limitingFreeW: Scalars['SafeInt']['output'];
  /** The power node or hall, where it is one. */
  readonly limitingName?: Maybe<Scalars['String']['output']>;
  readonly mustBuild: MustBuild;
  /** The phase in force that gives the most, among those that count; null when there is none. */
  readonly phaseName?: Maybe<Scalars['String']['output']>;
  readonly phaseState?: Maybe<PowerPhaseState>;
  /** Excluded. */
  readonly to: Scalars['DateTime']['output'];
};

/** Exact, in lowest terms. */
export type Fraction = {
  readonly __typename?: 'Fraction';
  readonly denominator: Scalars['Int']['output'];
  readonly numerator: Scalars['Int']['output'];
};

/** Who runs what, where: the operator's view of an instance. Image and keys are the tenant's business and are not shown. */
export type GpuInstance = Node & {
  readonly __typename?: 'GpuInstance';
  readonly clusterId: Scalars['ID']['output'];
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
  readonly interruptible: Scalars['Boolean']['output'];
  readonly leaseEnd: Scalars['DateTime']['output'];
  /** What the order needed of the law: the project's default, tightened. */
  readonly legalScope: LegalScope;
  readonly machineId: Scalars['ID']['output'];
  /** Thousandths of one GPU; null: whole GPUs. */
  readonly milliGpu?: Maybe<Scalars['Int']['output']>;
  readonly name: Scalars['String']['output'];
  readonly observedGeneration: Scalars['Int']['output'];
  readonly organisation: Organisation;
  /** The plan that it was ordered by. */
  readonly planId?: Maybe<Scalars['ID']['output']>;
  readonly poolId: Scalars['ID']['output'];
  readonly projectId: Scalars['ID']['output'];
  readonly rackId: Scalars['ID']['output'];
  readonly ramMiB: Scalars['Int']['output'];
  readonly readyAt?: Maybe<Scalars['DateTime']['output']>;
  readonly region: Region;
  readonly releasedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The dated reservation that it draws from. */
  readonly reservationId?: Maybe<Scalars['ID']['output']>;
  /** Watts held at the rack above the machine's idle draw. */
  readonly reservedW: Scalars['Int']['output'];
  readonly shape: Shape;
  readonly simulated: Scalars['Boolean']['output'];
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

/**
 * A node as it shall be. Owner and name never change; parent, limits and budgets are replaced whole. A node without parent, limits and budgets limits
 * nothing: that is how a grant is withdrawn.
 */
export type GrantQuotaInput = {
  readonly budgets?: ReadonlyArray<QuotaBudgetInput>;
  /** 0: the node is new. Otherwise the generation that was read. */
  readonly generation?: Scalars['Int']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly limits?: ReadonlyArray<QuotaLimitInput>;
  /** Unique in the region. */
  readonly name: Scalars['String']['input'];
  /** Code of the organisation that it bounds; omitted: a cohort. */
  readonly organisation?: InputMaybe<Scalars['String']['input']>;
  /** Name of the node above, in the same region. */
  readonly parent?: InputMaybe<Scalars['String']['input']>;
  /** Code of a project of that organisation. */
  readonly project?: InputMaybe<Scalars['String']['input']>;
  readonly regionId: Scalars['ID']['input'];
};

export type GrantQuotaResult = Conflict | Forbidden | IdempotencyConflict | NotFound | QuotaAccepted | ValidationFailed;

/** A room with its cooling. */
export type Hall = Node & {
  readonly __typename?: 'Hall';
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  readonly coolingCapacityW: Scalars['Int']['output'];
  readonly coolingKinds: ReadonlyArray<CoolingKind>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly datacenter: Datacenter;
  /** Whole percent taken off the nameplate. */
  readonly deratingPct: Scalars['Int']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
};

export type HallAccepted = {
  readonly __typename?: 'HallAccepted';
  readonly hall: Hall;
  readonly receipt: Receipt;
};

export type HallConnection = {
  readonly __typename?: 'HallConnection';
  readonly edges: ReadonlyArray<HallEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type HallEdge = {
  readonly __typename?: 'HallEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Hall;
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

export type ImportFormat =
  | 'CSV'
  | 'YAML';

/**
 * All of them or none, in any order, at most 10,000. A node that exists by its name is changed to what its row says; nodes that are not named stay. Faults of
 * the tree: POWER_TREE_CYCLE, POWER_TWO_PARENTS, POWER_SIDE_MISMATCH, FEED_WITHOUT_SIDE, FEED_WRONG_SIDE.
 */
export type ImportPowerNodesInput = {
  readonly datacenterId: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly nodes: ReadonlyArray<PowerNodeRow>;
};

export type ImportPowerNodesResult = Conflict | Forbidden | IdempotencyConflict | NotFound | PowerNodesImported | ValidationFailed;

export type ImportRacksInput = {
  /**
   * The whole file, at most 2 MiB and 5,000 rows. YAML: a list under `racks:`; CSV: a header line, `;` or `,` between fields. Fields: hall, name, row, position, units,
   * maxPowerW, coolingKind, coolingCapacityW, feedA, feedB, state. Racks that exist under the same hall and name are refused.
   */
  readonly content: Scalars['String']['input'];
  readonly datacenterId: Scalars['ID']['input'];
  readonly format: ImportFormat;
  readonly idempotencyKey: Scalars['String']['input'];
};

export type ImportRacksResult = Conflict | Forbidden | IdempotencyConflict | NotFound | RacksImported | ValidationFailed;

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

export type Label = {
  readonly __typename?: 'Label';
  readonly key: Scalars['String']['output'];
  readonly value: Scalars['String']['output'];
};

export type LabelInput = {
  readonly key: Scalars['String']['input'];
  readonly value: Scalars['String']['input'];
};

export type LaterBecause =
  | 'BUDGET_PERIOD_BEGINS'
  | 'CERTIFICATION_BEGINS'
  /** Nobody promises that they are not renewed. */
  | 'LEASES_END'
  | 'PHASE_ENERGISED'
  | 'RESERVATION_ENDS';

/** While it is not lifted, nothing that it covers is pruned, and nobody whom it covers is erased. */
export type LegalHold = Node & {
  readonly __typename?: 'LegalHold';
  /** Id of a target or of an actor, whose events alone it covers; null: all. */
  readonly about?: Maybe<Scalars['String']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  /** Events recorded from here on; null: from the first. */
  readonly from?: Maybe<Scalars['DateTime']['output']>;
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly liftedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly liftedBy?: Maybe<Scalars['String']['output']>;
  /** Whose log; null: the provider's. */
  readonly organisationId?: Maybe<Scalars['ID']['output']>;
  readonly placedAt: Scalars['DateTime']['output'];
  readonly placedBy: Scalars['String']['output'];
  /** Of the order or the file that asks for it. */
  readonly reference: Scalars['String']['output'];
  /** Excluded; null: to the last. */
  readonly to?: Maybe<Scalars['DateTime']['output']>;
};

export type LegalHoldAccepted = {
  readonly __typename?: 'LegalHoldAccepted';
  readonly legalHold: LegalHold;
  readonly receipt: Receipt;
};

export type LegalHoldConnection = {
  readonly __typename?: 'LegalHoldConnection';
  readonly edges: ReadonlyArray<LegalHoldEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type LegalHoldEdge = {
  readonly __typename?: 'LegalHoldEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: LegalHold;
};

/** What orders need of the law; empty lists mean any. */
export type LegalScope = {
  readonly __typename?: 'LegalScope';
  readonly certifications: ReadonlyArray<Scalars['String']['output']>;
  readonly dataClass: DataClass;
  readonly jurisdictions: ReadonlyArray<Scalars['String']['output']>;
};

export type LiftLegalHoldInput = {
  /** The generation that was read. */
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type LiftLegalHoldResult = Conflict | Forbidden | IdempotencyConflict | LegalHoldAccepted | NotFound | ValidationFailed;

/** Per week, what blocked the orders that a region did not place. Sums only: nothing of any tenant. */
export type LimitingBoard = {
  readonly __typename?: 'LimitingBoard';
  /** By week, then the scarcest first. Weeks without refusals are left out. */
  readonly cells: ReadonlyArray<BoardCell>;
  readonly from: Scalars['DateTime']['output'];
  readonly region: Region;
  /** Excluded. */
  readonly to: Scalars['DateTime']['output'];
};

export type LimitingBoardResult = LimitingBoard | NotFound | ValidationFailed;

/** What an operator can add, negotiate or hire so that more is placed. */
export type LimitingResource =
  | 'COOLING'
  /** No machine of the shape, or those there are broken, held, promised or let. */
  | 'GPUS'
  /** Jurisdiction, certification, classes of organisations. */
  | 'LAW'
  /** Nothing would have helped: the request was contradictory. */
  | 'NONE'
  /** Phase, power node, N-1, rack. */
  | 'POWER'
  | 'QUOTA'
  | 'STAFF'
  /** There is enough, but not together, or not where the data is. */
  | 'TOPOLOGY';

/** A way for data to leave a datacenter: to another one, or to the outside. */
export type Link = Node & {
  readonly __typename?: 'Link';
  /** Names of the fields whose value is an assumption. */
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  /** Megabits a second, each way. 0: lit no more. */
  readonly capacityMbps: Scalars['Int']['output'];
  readonly carrier: Carrier;
  readonly createdAt: Scalars['DateTime']['output'];
  /** ISO 4217. */
  readonly currency: Scalars['String']['output'];
  readonly datacenter: Datacenter;
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly kind: LinkKind;
  /** Round trip, microseconds. */
  readonly latencyUs: Scalars['Int']['output'];
  /** Minor units of `currency`. */
  readonly monthlyPriceMinor: Scalars['Int']['output'];
  readonly name: Scalars['String']['output'];
  /** The far end when it is a datacenter known here; otherwise null, and `toName` is given. */
  readonly toDatacenter?: Maybe<Datacenter>;
  /** The far end outside: an exchange, a carrier's point of presence, a customer's site. */
  readonly toName?: Maybe<Scalars['String']['output']>;
};

export type LinkAccepted = {
  readonly __typename?: 'LinkAccepted';
  readonly link: Link;
  readonly receipt: Receipt;
};

export type LinkConnection = {
  readonly __typename?: 'LinkConnection';
  readonly edges: ReadonlyArray<LinkEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type LinkEdge = {
  readonly __typename?: 'LinkEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Link;
};

export type LinkKind =
  | 'DARK_FIBRE'
  | 'PEERING'
  | 'TRANSIT'
  | 'WAVE';

/**
 * A plan to bring a datacenter down to a load between two instants: which instances give way, in which order and why, and never more than needed. The watts are the model's
 * (idle, claims, PUE), not a meter's. Once it is approved and its time has come, its instances are released one by one through the allocator.
 */
export type LoadTarget = Node & {
  readonly __typename?: 'LoadTarget';
  readonly approvedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly approvedBy?: Maybe<Scalars['String']['output']>;
  /** Facility watts before any step, without the leases that end before `from`. */
  readonly beforeW: Scalars['SafeInt']['output'];
  readonly cancelledAt?: Maybe<Scalars['DateTime']['output']>;
  readonly cancelledBy?: Maybe<Scalars['String']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly datacenter: Datacenter;
  /** Facility watts after all steps. */
  readonly expectedW: Scalars['SafeInt']['output'];
  readonly from: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  /** True: production of public bodies and of health data gives way too. */
  readonly includeProduction: Scalars['Boolean']['output'];
  readonly measuredAt?: Maybe<Scalars['DateTime']['output']>;
  /** Facility watts by the ledger (idle, claims, holds, × PUE) when the state was last judged; null before it began. */
  readonly measuredW?: Maybe<Scalars['SafeInt']['output']>;
  /** Of `measuredW`, what is above the target; null before it began. */
  readonly overW?: Maybe<Scalars['SafeInt']['output']>;
  /** Subject of the provider's directory. */
  readonly plannedBy: Scalars['String']['output'];
  /** When the site was first at or below the target. */
  readonly reachedAt?: Maybe<Scalars['DateTime']['output']>;
  /** How many steps are released. */
  readonly releasedCount: Scalars['Int']['output'];
  /** Facility watts that are still too much after all steps; 0 when the target is met. */
  readonly shortfallW: Scalars['SafeInt']['output'];
  /** Instances that only `includeProduction` would touch. */
  readonly sparedInstances: Scalars['Int']['output'];
  /** IT watts that they hold. */
  readonly sparedW: Scalars['SafeInt']['output'];
  readonly state: LoadTargetState;
  /** How many instances give way. */
  readonly stepCount: Scalars['Int']['output'];
  /** In the order in which they give way; `first`: 1 to 1,000 of them, from `offset` on. */
  readonly steps: ReadonlyArray<SheddingStep>;
  /** Facility watts asked for. */
  readonly targetW: Scalars['Int']['output'];
  /** Excluded. */
  readonly to: Scalars['DateTime']['output'];
};


/**
 * A plan to bring a datacenter down to a load between two instants: which instances give way, in which order and why, and never more than needed. The watts are the model's
 * (idle, claims, PUE), not a meter's. Once it is approved and its time has come, its instances are released one by one through the allocator.
 */
export type LoadTargetStepsArgs = {
  first?: Scalars['Int']['input'];
  offset?: Scalars['Int']['input'];
};

export type LoadTargetAccepted = {
  readonly __typename?: 'LoadTargetAccepted';
  readonly loadTarget: LoadTarget;
  readonly receipt: Receipt;
};

export type LoadTargetConnection = {
  readonly __typename?: 'LoadTargetConnection';
  readonly edges: ReadonlyArray<LoadTargetEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type LoadTargetEdge = {
  readonly __typename?: 'LoadTargetEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: LoadTarget;
};

export type LoadTargetState =
  /** By another person than the one who proposed it. Its instances are given notice two minutes before it begins. */
  | 'APPROVED'
  /** Before it began: nothing was released, and notices are withdrawn. */
  | 'CANCELLED'
  /** `to` has passed. */
  | 'ENDED'
  /** In force, above the target by `overW`, with nobody left who may give way. */
  | 'MISSED'
  | 'PROPOSED'
  /** In force, and the site draws no more than the target. */
  | 'REACHED'
  /** In force: something still has to go, or is on its way out. From here until the end new orders may not bring the site above the target. */
  | 'RUNNING';

export type Machine = Node & {
  readonly __typename?: 'Machine';
  readonly clusterId?: Maybe<Scalars['ID']['output']>;
  readonly conditions: ReadonlyArray<Condition>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  /** GPUs that instances hold. */
  readonly gpusAllocated: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  /** Unique in the datacenter; also its Kubernetes node's name. */
  readonly name: Scalars['String']['output'];
  /** Machines of one datacenter with the same word share one NVLink domain; null: the machine is its own. */
  readonly nvlinkDomain?: Maybe<Scalars['String']['output']>;
  readonly poolId?: Maybe<Scalars['ID']['output']>;
  /** Lowest unit occupied, from 1 at the bottom. */
  readonly positionU?: Maybe<Scalars['Int']['output']>;
  readonly rack: Rack;
  readonly serial: Scalars['String']['output'];
  readonly shape: Shape;
  /** True: no such hardware exists, its node is an object in KWOK. */
  readonly simulated: Scalars['Boolean']['output'];
  readonly state: MachineState;
  readonly units: Scalars['Int']['output'];
};

export type MachineAccepted = {
  readonly __typename?: 'MachineAccepted';
  readonly machine: Machine;
  readonly receipt: Receipt;
};

export type MachineConnection = {
  readonly __typename?: 'MachineConnection';
  readonly edges: ReadonlyArray<MachineEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type MachineEdge = {
  readonly __typename?: 'MachineEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Machine;
};

export type MachineRow = {
  readonly name: Scalars['String']['input'];
  readonly nvlinkDomain?: InputMaybe<Scalars['String']['input']>;
  readonly positionU?: InputMaybe<Scalars['Int']['input']>;
  readonly rackId: Scalars['ID']['input'];
  readonly serial: Scalars['String']['input'];
  readonly shapeId: Scalars['ID']['input'];
  readonly simulated?: Scalars['Boolean']['input'];
};

export type MachineState =
  | 'ADOPTED'
  | 'ALLOCATED'
  | 'AVAILABLE'
  | 'ERASING'
  | 'INSPECTING'
  | 'MAINTENANCE'
  | 'REGISTERED'
  | 'REPAIRING'
  | 'RETIRED';

export type MachinesAccepted = {
  readonly __typename?: 'MachinesAccepted';
  readonly count: Scalars['Int']['output'];
  readonly machineIds: ReadonlyArray<Scalars['ID']['output']>;
  readonly receipt: Receipt;
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

/** What a policy for training and inference on one site costs and brings with the instances of this moment. Nothing has moved. */
export type MixingTrade = {
  readonly __typename?: 'MixingTrade';
  readonly datacenter: Datacenter;
  /** What inference may have by the policy. */
  readonly floorGpus: Scalars['Int']['output'];
  readonly freeGpus: Scalars['Int']['output'];
  /** Freed with them beyond what inference lacks: a job gives all its GPUs or none. */
  readonly freedBeyond: Scalars['Int']['output'];
  /** Of what it lacks to that: from free GPUs. */
  readonly fromFree: Scalars['Int']['output'];
  /** From training. */
  readonly fromTraining: Scalars['Int']['output'];
  /** GPUs of the machines of its pools. */
  readonly gpus: Scalars['Int']['output'];
  /** In the hands of instances in inference pools, and of slices. */
  readonly inferenceGpus: Scalars['Int']['output'];
  /** How many jobs give way. */
  readonly jobs: Scalars['Int']['output'];
  /** GPU-minutes of work that are done again, at most, rounded up. */
  readonly lostGpuMinutes: Scalars['SafeInt']['output'];
  /** GPUs of training that stand still until they come back: each costs an hour an hour. */
  readonly pausedGpus: Scalars['Int']['output'];
  readonly slotsGained: Scalars['Int']['output'];
  /** What inference lacks after all, for want of interruptible training. */
  readonly unmet: Scalars['Int']['output'];
  /** The first 100 of them, the most recent first. */
  readonly yielding: ReadonlyArray<PausedTraining>;
};

export type MixingTradeResult = MixingTrade | NotFound | ValidationFailed;

/** What is missing for the phase to be used to its last watt. Against the whole phase, whatever is free of it. */
export type MustBuild = {
  readonly __typename?: 'MustBuild';
  /** Watts of cooling after derating. */
  readonly coolingW: Scalars['Int']['output'];
  /** IT watts that the electrical tree cannot bring to racks. Null: no tree is declared, so nobody knows. */
  readonly distributionW?: Maybe<Scalars['Int']['output']>;
  /** Racks beyond the INSTALLED ones, each of the watts asked for. */
  readonly racks: Scalars['Int']['output'];
  /** Racks in the books as PLANNED; not deducted. */
  readonly racksPlanned: Scalars['Int']['output'];
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Operators and compliance. The alarm lasts: only that somebody has seen it is said. */
  readonly acknowledgeAlarm: AcknowledgeAlarmResult;
  readonly addCertification: AddCertificationResult;
  /** Compliance officers; another person than the one who proposed it. This is the notice: an event with its date in the organisation's own log. */
  readonly approveContractEnd: ApproveContractEndResult;
  /** Operators; another person than the one who planned it. */
  readonly approveLoadTarget: ApproveLoadTargetResult;
  /**
   * By another person than who proposed it and than its subject (SAME_PERSON, OWN_MANDATE), never by an API key (NOT_A_PERSON). What the provider proposed: another COMPLIANCE, or an OWNER at the
   * tenant door. What a tenant's OWNER proposed: another OWNER or an AUDITOR of the organisation.
   */
  readonly approveMandate: ApproveMandateResult;
  /** Compliance officers; another person than the one who proposed it. */
  readonly approveRetention: ApproveRetentionResult;
  readonly cancelAuditExport: CancelAuditExportResult;
  /** Compliance officers; before the date. */
  readonly cancelContractEnd: CancelContractEndResult;
  /** Operators, also the one who planned it. Only before it begins (WRONG_STATE after). */
  readonly cancelLoadTarget: CancelLoadTargetResult;
  readonly createApiKey: CreateApiKeyResult;
  /** Auditors only. At the tenant door the organisation's own log; the file is made by the notary and can be downloaded when the operation has succeeded. */
  readonly createAuditExport: CreateAuditExportResult;
  readonly createAuditSink: CreateAuditSinkResult;
  readonly createCarrier: CreateCarrierResult;
  readonly createDatacenter: CreateDatacenterResult;
  readonly createHall: CreateHallResult;
  readonly createLink: CreateLinkResult;
  readonly createMachine: CreateMachineResult;
  readonly createMachines: CreateMachinesResult;
  readonly createNodePool: CreateNodePoolResult;
  readonly createOrganisation: CreateOrganisationResult;
  readonly createPowerNode: CreatePowerNodeResult;
  readonly createRack: CreateRackResult;
  readonly createRegion: CreateRegionResult;
  readonly createShape: CreateShapeResult;
  readonly createStaffCoverage: CreateStaffCoverageResult;
  readonly deleteAuditSink: ChangeAuditSinkResult;
  /** Compliance officers. Nothing happens until another one approves it. */
  readonly endContract: EndContractResult;
  /** Owners at the tenant's door, compliance officers at the provider's, each for their own directory. It cannot be undone. Refused while a legal hold covers the person (LEGAL_HOLD). */
  readonly eraseSubject: EraseSubjectResult;
  readonly grantQuota: GrantQuotaResult;
  readonly importPowerNodes: ImportPowerNodesResult;
  readonly importRacks: ImportRacksResult;
  /** Compliance officers; another person than the one who placed it. */
  readonly liftLegalHold: LiftLegalHoldResult;
  readonly pauseAuditSink: ChangeAuditSinkResult;
  readonly pauseNodePool: PauseNodePoolResult;
  /** Compliance officers. */
  readonly placeLegalHold: PlaceLegalHoldResult;
  /** Operators. Stores the plan as PROPOSED; nothing happens to anybody yet. A target that cannot be met is a plan too, with its shortfall. */
  readonly planLoadTarget: PlanLoadTargetResult;
  /** COMPLIANCE: lets somebody of the provider's directory read an organisation's audit log, once another COMPLIANCE or an OWNER of the organisation has approved it. */
  readonly proposeMandate: ProposeMandateResult;
  readonly registerCluster: RegisterClusterResult;
  /** Operators and compliance, of an alarm that was acknowledged. The very same damage is not raised again; other damage in the same place is. */
  readonly resolveAlarm: ResolveAlarmResult;
  readonly revokeApiKey: RevokeApiKeyResult;
  /** COMPLIANCE at the provider door; at the tenant door an OWNER, for what the tenant proposed or approved. From then on nothing is read under it. */
  readonly revokeMandate: RevokeMandateResult;
  readonly scaleNodePool: ScaleNodePoolResult;
  readonly setPowerCalendar: SetPowerCalendarResult;
  readonly setPowerPhase: SetPowerPhaseResult;
  /** Compliance officers. Proposed; in force once another one approves it. */
  readonly setRetention: SetRetentionResult;
  readonly updateCarrier: UpdateCarrierResult;
  readonly updateCertification: UpdateCertificationResult;
  readonly updateDatacenter: UpdateDatacenterResult;
  readonly updateHall: UpdateHallResult;
  readonly updateLink: UpdateLinkResult;
  readonly updateMachine: UpdateMachineResult;
  readonly updatePowerNode: UpdatePowerNodeResult;
  readonly updateRack: UpdateRackResult;
  readonly updateRegion: UpdateRegionResult;
  readonly updateShape: UpdateShapeResult;
  readonly updateStaffCoverage: UpdateStaffCoverageResult;
};


export type MutationAcknowledgeAlarmArgs = {
  input: AcknowledgeAlarmInput;
};


export type MutationAddCertificationArgs = {
  input: AddCertificationInput;
};


export type MutationApproveContractEndArgs = {
  input: ApproveContractEndInput;
};


export type MutationApproveLoadTargetArgs = {
  input: ApproveLoadTargetInput;
};


export type MutationApproveMandateArgs = {
  input: ApproveMandateInput;
};


export type MutationApproveRetentionArgs = {
  input: ApproveRetentionInput;
};


export type MutationCancelAuditExportArgs = {
  input: CancelAuditExportInput;
};


export type MutationCancelContractEndArgs = {
  input: CancelContractEndInput;
};


export type MutationCancelLoadTargetArgs = {
  input: CancelLoadTargetInput;
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


export type MutationCreateCarrierArgs = {
  input: CreateCarrierInput;
};


export type MutationCreateDatacenterArgs = {
  input: CreateDatacenterInput;
};


export type MutationCreateHallArgs = {
  input: CreateHallInput;
};


export type MutationCreateLinkArgs = {
  input: CreateLinkInput;
};


export type MutationCreateMachineArgs = {
  input: CreateMachineInput;
};


export type MutationCreateMachinesArgs = {
  input: CreateMachinesInput;
};


export type MutationCreateNodePoolArgs = {
  input: CreateNodePoolInput;
};


export type MutationCreateOrganisationArgs = {
  input: CreateOrganisationInput;
};


export type MutationCreatePowerNodeArgs = {
  input: CreatePowerNodeInput;
};


export type MutationCreateRackArgs = {
  input: CreateRackInput;
};


export type MutationCreateRegionArgs = {
  input: CreateRegionInput;
};


export type MutationCreateShapeArgs = {
  input: CreateShapeInput;
};


export type MutationCreateStaffCoverageArgs = {
  input: CreateStaffCoverageInput;
};


export type MutationDeleteAuditSinkArgs = {
  input: DeleteAuditSinkInput;
};


export type MutationEndContractArgs = {
  input: EndContractInput;
};


export type MutationEraseSubjectArgs = {
  input: EraseSubjectInput;
};


export type MutationGrantQuotaArgs = {
  input: GrantQuotaInput;
};


export type MutationImportPowerNodesArgs = {
  input: ImportPowerNodesInput;
};


export type MutationImportRacksArgs = {
  input: ImportRacksInput;
};


export type MutationLiftLegalHoldArgs = {
  input: LiftLegalHoldInput;
};


export type MutationPauseAuditSinkArgs = {
  input: PauseAuditSinkInput;
};


export type MutationPauseNodePoolArgs = {
  input: PauseNodePoolInput;
};


export type MutationPlaceLegalHoldArgs = {
  input: PlaceLegalHoldInput;
};


export type MutationPlanLoadTargetArgs = {
  input: PlanLoadTargetInput;
};


export type MutationProposeMandateArgs = {
  input: ProposeMandateInput;
};


export type MutationRegisterClusterArgs = {
  input: RegisterClusterInput;
};


export type MutationResolveAlarmArgs = {
  input: ResolveAlarmInput;
};


export type MutationRevokeApiKeyArgs = {
  input: RevokeApiKeyInput;
};


export type MutationRevokeMandateArgs = {
  input: RevokeMandateInput;
};


export type MutationScaleNodePoolArgs = {
  input: ScaleNodePoolInput;
};


export type MutationSetPowerCalendarArgs = {
  input: SetPowerCalendarInput;
};


export type MutationSetPowerPhaseArgs = {
  input: SetPowerPhaseInput;
};


export type MutationSetRetentionArgs = {
  input: SetRetentionInput;
};


export type MutationUpdateCarrierArgs = {
  input: UpdateCarrierInput;
};


export type MutationUpdateCertificationArgs = {
  input: UpdateCertificationInput;
};


export type MutationUpdateDatacenterArgs = {
  input: UpdateDatacenterInput;
};


export type MutationUpdateHallArgs = {
  input: UpdateHallInput;
};


export type MutationUpdateLinkArgs = {
  input: UpdateLinkInput;
};


export type MutationUpdateMachineArgs = {
  input: UpdateMachineInput;
};


export type MutationUpdatePowerNodeArgs = {
  input: UpdatePowerNodeInput;
};


export type MutationUpdateRackArgs = {
  input: UpdateRackInput;
};


export type MutationUpdateRegionArgs = {
  input: UpdateRegionInput;
};


export type MutationUpdateShapeArgs = {
  input: UpdateShapeInput;
};


export type MutationUpdateStaffCoverageArgs = {
  input: UpdateStaffCoverageInput;
};

/** An object that `node(id)` can find again. */
export type Node = {
  /** TypeID: the kind, an underscore, 26 characters. Stable for ever. */
  readonly id: Scalars['ID']['output'];
};

/** Machines of one shape that serve orders in one cluster. */
export type NodePool = Node & {
  readonly __typename?: 'NodePool';
  readonly cluster: Cluster;
  readonly conditions: ReadonlyArray<Condition>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly drainPolicy: DrainPolicy;
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly labels: ReadonlyArray<Label>;
  readonly maximum: Scalars['Int']['output'];
  readonly minimum: Scalars['Int']['output'];
  readonly name: Scalars['String']['output'];
  readonly observedGeneration: Scalars['Int']['output'];
  readonly paused: Scalars['Boolean']['output'];
  readonly purpose: PoolPurpose;
  /** Empty: every installed rack of the datacenter. */
  readonly rackIds: ReadonlyArray<Scalars['ID']['output']>;
  /** Machines whose node is Ready. */
  readonly readyMachines: Scalars['Int']['output'];
  readonly shape: Shape;
  readonly taints: ReadonlyArray<Taint>;
  readonly target: Scalars['Int']['output'];
  /** Narrower than the datacenter's when not empty. */
  readonly tenantClasses: ReadonlyArray<TenantClass>;
};

export type NodePoolAccepted = {
  readonly __typename?: 'NodePoolAccepted';
  readonly nodePool: NodePool;
  readonly receipt: Receipt;
};

export type NodePoolConnection = {
  readonly __typename?: 'NodePoolConnection';
  readonly edges: ReadonlyArray<NodePoolEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type NodePoolEdge = {
  readonly __typename?: 'NodePoolEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: NodePool;
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

/** A tenant. */
export type Organisation = Node & {
  readonly __typename?: 'Organisation';
  readonly class: TenantClass;
  /** Equals the `organisation` claim of the tenant directory. */
  readonly code: Scalars['String']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly memberIds: ReadonlyArray<Scalars['ID']['output']>;
  readonly name: Scalars['String']['output'];
};

export type OrganisationAccepted = {
  readonly __typename?: 'OrganisationAccepted';
  readonly organisation: Organisation;
  readonly receipt: Receipt;
};

export type OrganisationConnection = {
  readonly __typename?: 'OrganisationConnection';
  readonly edges: ReadonlyArray<OrganisationEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type OrganisationEdge = {
  readonly __typename?: 'OrganisationEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Organisation;
};

/** A node that stays alive and is asked for more than it may give. */
export type OverloadedNode = {
  readonly __typename?: 'OverloadedNode';
  /** Before the cut, watts. */
  readonly beforeW: Scalars['SafeInt']['output'];
  readonly id: Scalars['ID']['output'];
  /** After it. */
  readonly loadW: Scalars['SafeInt']['output'];
  readonly name: Scalars['String']['output'];
  readonly overW: Scalars['SafeInt']['output'];
  readonly side: PowerSide;
  readonly usableW: Scalars['SafeInt']['output'];
};

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

export type PauseNodePoolInput = {
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** True pauses, false resumes. What runs keeps running. */
  readonly paused: Scalars['Boolean']['input'];
};

export type PauseNodePoolResult = Conflict | Forbidden | IdempotencyConflict | NodePoolAccepted | NotFound | ValidationFailed;

/** A training job that gives way. */
export type PausedTraining = {
  readonly __typename?: 'PausedTraining';
  readonly createdAt: Scalars['DateTime']['output'];
  readonly gpus: Scalars['Int']['output'];
  readonly instanceId: Scalars['ID']['output'];
  /** Of its work, done again at most. */
  readonly lostSeconds: Scalars['SafeInt']['output'];
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

export type PlaceLegalHoldInput = {
  readonly about?: InputMaybe<Scalars['String']['input']>;
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  readonly idempotencyKey: Scalars['String']['input'];
  /** Null: the provider's log. */
  readonly organisationId?: InputMaybe<Scalars['ID']['input']>;
  /** Names no person. */
  readonly reference: Scalars['String']['input'];
  /** Excluded. */
  readonly to?: InputMaybe<Scalars['DateTime']['input']>;
};

export type PlaceLegalHoldResult = Forbidden | IdempotencyConflict | LegalHoldAccepted | NotFound | ValidationFailed;

/** Where one instance was put. */
export type PlacedInstance = {
  readonly __typename?: 'PlacedInstance';
  readonly cpuMilli: Scalars['Int']['output'];
  /** Code. */
  readonly datacenter: Scalars['String']['output'];
  readonly datacenterId: Scalars['ID']['output'];
  /** Whole GPUs; 0 for a slice. */
  readonly gpus: Scalars['Int']['output'];
  readonly machineId: Scalars['ID']['output'];
  readonly milliGpu?: Maybe<Scalars['Int']['output']>;
  readonly poolId: Scalars['ID']['output'];
  readonly rackId: Scalars['ID']['output'];
  readonly ramMiB: Scalars['Int']['output'];
  /** `fragmentation`: how much it fragments the machine against the mix of work seen; `rackRoom`: claims of this size that the rack could still take before. */
  readonly score: ReadonlyArray<ScoreTerm>;
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
  /** Index of the region's ledger that it was decided at. Not told to tenants: it counts what everybody does. */
  readonly ledgerIndex: Scalars['Int']['output'];
  readonly organisation: Organisation;
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
  readonly poolId?: Maybe<Scalars['ID']['output']>;
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

export type PlanLoadTargetInput = {
  readonly datacenterId: Scalars['ID']['input'];
  readonly from: Scalars['DateTime']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** Production of public bodies and of health data gives way too, last. */
  readonly includeProduction?: Scalars['Boolean']['input'];
  /** Facility watts, 0 to 2,000,000,000. */
  readonly targetW: Scalars['Int']['input'];
  /** Excluded; not in the past. */
  readonly to: Scalars['DateTime']['input'];
};

export type PlanLoadTargetResult = Forbidden | IdempotencyConflict | LoadTargetAccepted | NotFound | ValidationFailed;

export type PoolPurpose =
  | 'INFERENCE'
  | 'MIXED'
  | 'TRAINING';

export type PowerCalendarAccepted = {
  readonly __typename?: 'PowerCalendarAccepted';
  readonly created: Scalars['Int']['output'];
  /** In order of their dates. */
  readonly powerPhases: ReadonlyArray<PowerPhase>;
  readonly receipt: Receipt;
  readonly removed: Scalars['Int']['output'];
  readonly unchanged: Scalars['Int']['output'];
  readonly updated: Scalars['Int']['output'];
};

/**
 * One piece of the electrical tree of a datacenter. A rack with two feeds puts half of its watts on each side, and all of them on the side that is left after
 * the loss of the other.
 */
export type PowerNode = Node & {
  readonly __typename?: 'PowerNode';
  /** Names of the fields whose value is an assumption. */
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  /** Watts on its nameplate. */
  readonly capacityW: Scalars['Int']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  readonly datacenter: Datacenter;
  /** Whole percent taken off the nameplate. */
  readonly deratingPct: Scalars['Int']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly kind: PowerNodeKind;
  /** Unique in the datacenter: racks name their feeds by it. */
  readonly name: Scalars['String']['output'];
  /** What it is fed from; null for a root. */
  readonly parentId?: Maybe<Scalars['ID']['output']>;
  readonly parentName?: Maybe<Scalars['String']['output']>;
  readonly side: PowerSide;
  /** Watts that may be drawn from it: capacityW × (100 − deratingPct) / 100, rounded down. */
  readonly usableW: Scalars['Int']['output'];
};

export type PowerNodeAccepted = {
  readonly __typename?: 'PowerNodeAccepted';
  readonly powerNode: PowerNode;
  readonly receipt: Receipt;
};

export type PowerNodeConnection = {
  readonly __typename?: 'PowerNodeConnection';
  readonly edges: ReadonlyArray<PowerNodeEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type PowerNodeEdge = {
  readonly __typename?: 'PowerNodeEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: PowerNode;
};

/** In this order from the grid down; a site may leave any of them out. */
export type PowerNodeKind =
  | 'BUSWAY'
  | 'GRID_CONNECTION'
  | 'PDU'
  | 'RACK_FEED'
  | 'SWITCHBOARD'
  | 'TRANSFORMER'
  | 'UPS';

export type PowerNodeRow = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  readonly capacityW: Scalars['Int']['input'];
  readonly deratingPct?: Scalars['Int']['input'];
  readonly kind: PowerNodeKind;
  readonly name: Scalars['String']['input'];
  /** Name of a node of the same list, or of one that is there already; absent for a root. */
  readonly parent?: InputMaybe<Scalars['String']['input']>;
  readonly side: PowerSide;
};

export type PowerNodesImported = {
  readonly __typename?: 'PowerNodesImported';
  readonly created: Scalars['Int']['output'];
  readonly receipt: Receipt;
  readonly unchanged: Scalars['Int']['output'];
  readonly updated: Scalars['Int']['output'];
};

/**
 * One step of a datacenter's contract with the grid. Each says the whole contract at its time: among the ENERGISED ones in force the greatest holds, and without
 * one the site takes no order.
 */
export type PowerPhase = Node & {
  readonly __typename?: 'PowerPhase';
  /** Names of the fields whose value is an assumption. */
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  /** Facility watts: IT watts × PUE count against them. */
  readonly contractedW: Scalars['Int']['output'];
  readonly createdAt: Scalars['DateTime']['output'];
  readonly datacenter: Datacenter;
  readonly evidence?: Maybe<PowerPhaseEvidence>;
  /** In force in [from, to). */
  readonly from: Scalars['DateTime']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  /** Unique in the datacenter. */
  readonly name: Scalars['String']['output'];
  readonly state: PowerPhaseState;
  /** Null: from then on. */
  readonly to?: Maybe<Scalars['DateTime']['output']>;
};

export type PowerPhaseAccepted = {
  readonly __typename?: 'PowerPhaseAccepted';
  readonly powerPhase: PowerPhase;
  readonly receipt: Receipt;
};

export type PowerPhaseConnection = {
  readonly __typename?: 'PowerPhaseConnection';
  readonly edges: ReadonlyArray<PowerPhaseEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type PowerPhaseEdge = {
  readonly __typename?: 'PowerPhaseEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: PowerPhase;
};

/** What proves a phase. */
export type PowerPhaseEvidence = {
  readonly __typename?: 'PowerPhaseEvidence';
  /** Title, reference or address of the document. */
  readonly document: Scalars['String']['output'];
  /** SHA-256 of the document, 64 lower-case hexadecimal digits. */
  readonly sha256: Scalars['String']['output'];
};

export type PowerPhaseEvidenceInput = {
  readonly document: Scalars['String']['input'];
  readonly sha256: Scalars['String']['input'];
};

export type PowerPhaseRow = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  /** Facility watts, 1 to 2,000,000,000. */
  readonly contractedW: Scalars['Int']['input'];
  readonly evidence?: InputMaybe<PowerPhaseEvidenceInput>;
  readonly from: Scalars['DateTime']['input'];
  readonly name: Scalars['String']['input'];
  readonly state: PowerPhaseState;
  /** After `from`. */
  readonly to?: InputMaybe<Scalars['DateTime']['input']>;
};

/** In this order; only ENERGISED phases in force give capacity. */
export type PowerPhaseState =
  | 'AUTHORISED'
  | 'CONTRACTED'
  | 'ENERGISED'
  | 'NEGOTIATING';

/** NONE: common to both sides. Busways, PDUs and rack feeds are of A or of B. */
export type PowerSide =
  | 'A'
  | 'B'
  | 'NONE';

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

export type ProposeMandateInput = {
  /** In the next 366 days. */
  readonly expiresAt: Scalars['DateTime']['input'];
  readonly from: Scalars['DateTime']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** 1 to 200 characters; it names no patient and no suspect, because it stands in the log. */
  readonly legalAct: Scalars['String']['input'];
  /** Whose log. */
  readonly organisationId: Scalars['ID']['input'];
  /** Who shall read: a subject of the provider's directory, a person (never an API key), who has changed nothing of the organisation for a year or since `from` (INCOMPATIBLE_RIGHTS). */
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
  /**
   * What fits on each date and what must be built by then. Phases count from the state `atLeast` on: NEGOTIATING asks what happens if the whole calendar comes true,
   * ENERGISED what is sure. `shapes`: codes; all shapes when absent. `rackW`: watts of each rack to be built, 1 to 150,000.
   */
  readonly capacityForecast: CapacityForecastResult;
  /** Operators and auditors; entries after index `after`, at most 1,000 at once. Reading is itself an event. */
  readonly capacityLedger: CapacityLedgerResult;
  readonly carrier?: Maybe<Carrier>;
  readonly carriers: CarrierConnection;
  readonly certification?: Maybe<Certification>;
  /** `datacenterId`: those of the datacenter itself; ask with `regionId` for those of its region, which cover it too. */
  readonly certifications: CertificationConnection;
  readonly cluster?: Maybe<Cluster>;
  readonly clusters: ClusterConnection;
  /** The same workload on several sites, by weighted criteria, from what is declared of them and what is assumed here. */
  readonly compareSites: CompareSitesResult;
  readonly contractEnd?: Maybe<ContractEnd>;
  readonly contractEnds: ContractEndConnection;
  readonly datacenter?: Maybe<Datacenter>;
  readonly datacenters: DatacenterConnection;
  /** Null when there is none, or none of this viewer's. The provider's reading of a tenant's decision enters the audit log of both. */
  readonly decision?: Maybe<PlacementDecision>;
  /** Newest first. */
  readonly decisions: PlacementDecisionConnection;
  readonly erasure?: Maybe<Erasure>;
  /** Of the viewer's own directory; at the provider's door also those of contracts that ended. */
  readonly erasures: ErasureConnection;
  /** Cursor of the newest event, to subscribe from now on without missing any. */
  readonly eventCursor: Scalars['String']['output'];
  /** What stops if this node is cut: racks that go dark, racks that run on one feed, nodes that this overloads. */
  readonly feedCut: FeedCutResult;
  readonly gpuInstance?: Maybe<GpuInstance>;
  /** Newest first. */
  readonly gpuInstances: GpuInstanceConnection;
  readonly hall?: Maybe<Hall>;
  readonly halls: HallConnection;
  readonly legalHold?: Maybe<LegalHold>;
  readonly legalHolds: LegalHoldConnection;
  /** The board of the limiting resource. */
  readonly limitingBoard: LimitingBoardResult;
  readonly link?: Maybe<Link>;
  /** Links declared in the datacenter, or all. */
  readonly links: LinkConnection;
  readonly loadTarget?: Maybe<LoadTarget>;
  readonly loadTargets: LoadTargetConnection;
  readonly machine?: Maybe<Machine>;
  readonly machines: MachineConnection;
  /**
   * At the tenant door (OWNER, AUDITOR) every mandate over the organisation's log; at the provider door (COMPLIANCE, PROVIDER_AUDITOR) those that the provider proposed or its people read under.
   * Whoever reads under one finds it by `node(id)`.
   */
  readonly mandates: MandatesResult;
  /**
   * What it would take now to give inference `inferenceFloorPct` percent of the GPUs of a site: free ones first, then interruptible training, the most recent first. A job that needs
   * `checkpointSeconds` to write down where it stands loses nothing when the notice is as long; else what it has done since it last did, every `checkpointEverySeconds`, and in the notice.
   * `slotMilliGpu`: thousandths of a GPU that one inference slot takes.
   */
  readonly mixingTrade: MixingTradeResult;
  /** Any object by id; null when there is none or the viewer may not see it. */
  readonly node?: Maybe<Node>;
  readonly nodePool?: Maybe<NodePool>;
  readonly nodePools: NodePoolConnection;
  readonly organisation?: Maybe<Organisation>;
  readonly organisations: OrganisationConnection;
  /** Operators and auditors; at most 1,000 at once. Reading is itself an event. */
  readonly placementDecisions: StoredDecisionsResult;
  readonly powerNode?: Maybe<PowerNode>;
  readonly powerNodes: PowerNodeConnection;
  readonly powerPhase?: Maybe<PowerPhase>;
  readonly powerPhases: PowerPhaseConnection;
  readonly quota?: Maybe<Quota>;
  readonly quotas: QuotaConnection;
  readonly rack?: Maybe<Rack>;
  readonly racks: RackConnection;
  /**
   * How many racks of a shape fit a phase. Without `phaseId`: the phase in force that gives the most. `pueMilli` and `feedLossTolerated`: the datacenter's own unless given.
   * `rackW` and `rackUnits`: of each rack.
   */
  readonly racksThatFit: RacksThatFitResult;
  readonly region?: Maybe<Region>;
  readonly regions: RegionConnection;
  readonly retention?: Maybe<Retention>;
  /** In order of proposal. The last approved one of a class counts; a class without one has 12 months. */
  readonly retentions: RetentionConnection;
  readonly shape?: Maybe<Shape>;
  readonly shapes: ShapeConnection;
  /** Null when there is no such datacenter. */
  readonly siteResilience?: Maybe<SiteResilience>;
  readonly staffCoverage?: Maybe<StaffCoverage>;
  readonly staffCoverages: StaffCoverageConnection;
  /** For each skill that the datacenter's rota names, how long one waits at worst. Empty for a site without a rota, or that is not there. */
  readonly staffResponse: ReadonlyArray<StaffResponse>;
  /** Operators and auditors. Reading is itself an event, of the organisation concerned too. */
  readonly storedDecision: StoredDecisionResult;
  /** Who ran at the datacenter in [from, to). */
  readonly tenancyReport: TenancyReportResult;
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


export type QueryCapacityForecastArgs = {
  atLeast?: PowerPhaseState;
  datacenterId: Scalars['ID']['input'];
  from: Scalars['DateTime']['input'];
  rackW?: Scalars['Int']['input'];
  shapes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  to: Scalars['DateTime']['input'];
};


export type QueryCapacityLedgerArgs = {
  after?: InputMaybe<Scalars['SafeInt']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  regionId: Scalars['ID']['input'];
};


export type QueryCarrierArgs = {
  id: Scalars['ID']['input'];
};


export type QueryCarriersArgs = {
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


export type QueryClusterArgs = {
  id: Scalars['ID']['input'];
};


export type QueryClustersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryCompareSitesArgs = {
  input: CompareSitesInput;
};


export type QueryContractEndArgs = {
  id: Scalars['ID']['input'];
};


export type QueryContractEndsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryDatacenterArgs = {
  id: Scalars['ID']['input'];
};


export type QueryDatacentersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  regionId?: InputMaybe<Scalars['ID']['input']>;
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


export type QueryFeedCutArgs = {
  powerNodeId: Scalars['ID']['input'];
};


export type QueryGpuInstanceArgs = {
  id: Scalars['ID']['input'];
};


export type QueryGpuInstancesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<GpuInstanceFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryHallArgs = {
  id: Scalars['ID']['input'];
};


export type QueryHallsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryLegalHoldArgs = {
  id: Scalars['ID']['input'];
};


export type QueryLegalHoldsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryLimitingBoardArgs = {
  from: Scalars['DateTime']['input'];
  regionId: Scalars['ID']['input'];
  to: Scalars['DateTime']['input'];
};


export type QueryLinkArgs = {
  id: Scalars['ID']['input'];
};


export type QueryLinksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryLoadTargetArgs = {
  id: Scalars['ID']['input'];
};


export type QueryLoadTargetsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryMachineArgs = {
  id: Scalars['ID']['input'];
};


export type QueryMachinesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  poolId?: InputMaybe<Scalars['ID']['input']>;
  rackId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryMandatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryMixingTradeArgs = {
  checkpointEverySeconds?: Scalars['Int']['input'];
  checkpointSeconds?: Scalars['Int']['input'];
  datacenterId: Scalars['ID']['input'];
  inferenceFloorPct: Scalars['Int']['input'];
  noticeSeconds?: Scalars['Int']['input'];
  slotMilliGpu?: Scalars['Int']['input'];
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryNodePoolArgs = {
  id: Scalars['ID']['input'];
};


export type QueryNodePoolsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  clusterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryOrganisationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryOrganisationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryPlacementDecisionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  regionId: Scalars['ID']['input'];
};


export type QueryPowerNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryPowerNodesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryPowerPhaseArgs = {
  id: Scalars['ID']['input'];
};


export type QueryPowerPhasesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
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


export type QueryRackArgs = {
  id: Scalars['ID']['input'];
};


export type QueryRacksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  hallId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryRacksThatFitArgs = {
  datacenterId: Scalars['ID']['input'];
  feedLossTolerated?: InputMaybe<Scalars['Boolean']['input']>;
  machinesPerRack?: Scalars['Int']['input'];
  phaseId?: InputMaybe<Scalars['ID']['input']>;
  pueMilli?: InputMaybe<Scalars['Int']['input']>;
  rackUnits?: Scalars['Int']['input'];
  rackW?: Scalars['Int']['input'];
  shape: Scalars['String']['input'];
};


export type QueryRegionArgs = {
  id: Scalars['ID']['input'];
};


export type QueryRegionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
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


export type QuerySiteResilienceArgs = {
  datacenterId: Scalars['ID']['input'];
};


export type QueryStaffCoverageArgs = {
  id: Scalars['ID']['input'];
};


export type QueryStaffCoveragesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  datacenterId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryStaffResponseArgs = {
  datacenterId: Scalars['ID']['input'];
};


export type QueryStoredDecisionArgs = {
  id: Scalars['ID']['input'];
};


export type QueryTenancyReportArgs = {
  datacenterId: Scalars['ID']['input'];
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
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
  /** Whose node it is; null: a cohort, which only groups. */
  readonly organisation?: Maybe<Organisation>;
  /** Name of the node above; null at the root of a tree. */
  readonly parent?: Maybe<Scalars['String']['output']>;
  /** Its code. */
  readonly project?: Maybe<Scalars['String']['output']>;
  /** The project that it bounds; null: the organisation as a whole. */
  readonly projectId?: Maybe<Scalars['ID']['output']>;
  readonly region: Region;
  /** Of the node's owner, by dimension, as fresh as the last commit. Empty for a cohort. */
  readonly used: ReadonlyArray<QuotaUse>;
};

export type QuotaAccepted = {
  readonly __typename?: 'QuotaAccepted';
  readonly quota: Quota;
  readonly receipt: Receipt;
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

export type QuotaBudgetInput = {
  /** 0 to 100. */
  readonly carryOverPct?: Scalars['Int']['input'];
  readonly dimension: BudgetDimension;
  readonly perPeriod: Scalars['SafeInt']['input'];
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

export type QuotaLimitInput = {
  /** Omitted: as much as the cohort has. */
  readonly borrowingLimit?: InputMaybe<Scalars['Int']['input']>;
  /** `GPU`, `GPU:<shape code>`, `MILLI_GPU`, `WATTS` or `STORAGE_GIB`; none twice. */
  readonly dimension: Scalars['String']['input'];
  /** Omitted: all that is unused. */
  readonly lendingLimit?: InputMaybe<Scalars['Int']['input']>;
  readonly nominal: Scalars['Int']['input'];
};

/** What living instances hold of one dimension. */
export type QuotaUse = {
  readonly __typename?: 'QuotaUse';
  /** In the unit of the dimension. */
  readonly amount: Scalars['SafeInt']['output'];
  readonly dimension: Scalars['String']['output'];
};

export type Rack = Node & {
  readonly __typename?: 'Rack';
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  readonly coolingCapacityW: Scalars['Int']['output'];
  readonly coolingKind: CoolingKind;
  readonly createdAt: Scalars['DateTime']['output'];
  /** Names of power nodes of the datacenter, of side A and of side B. Labels only while the datacenter has no power node. */
  readonly feedA?: Maybe<Scalars['String']['output']>;
  readonly feedB?: Maybe<Scalars['String']['output']>;
  readonly generation: Scalars['Int']['output'];
  readonly hall: Hall;
  readonly id: Scalars['ID']['output'];
  readonly machineCount: Scalars['Int']['output'];
  /** Watts at the rack inlet, 1 to 150,000. */
  readonly maxPowerW: Scalars['Int']['output'];
  /** Unique in the hall. */
  readonly name: Scalars['String']['output'];
  readonly position: Scalars['Int']['output'];
  readonly row: Scalars['String']['output'];
  readonly state: RackState;
  /** Rack units (EIA-310) usable by machines. */
  readonly units: Scalars['Int']['output'];
  /** Idle watts of its machines in the ledger, energised or not, plus watts reserved by instances, as the database holds it. */
  readonly usedPowerW: Scalars['Int']['output'];
};

export type RackAccepted = {
  readonly __typename?: 'RackAccepted';
  readonly rack: Rack;
  readonly receipt: Receipt;
};

export type RackConnection = {
  readonly __typename?: 'RackConnection';
  readonly edges: ReadonlyArray<RackEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type RackEdge = {
  readonly __typename?: 'RackEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: Rack;
};

/** One limit of the chain, with what it allows alone. */
export type RackLimit = {
  readonly __typename?: 'RackLimit';
  /** IT watts left beside what is held now; negative when more is held than there is. */
  readonly freeW: Scalars['SafeInt']['output'];
  /** IT watts of an empty site. */
  readonly limitW: Scalars['SafeInt']['output'];
  /** The node that stops the tree, or the hall with the least left. */
  readonly name?: Maybe<Scalars['String']['output']>;
  /** Racks of an empty site. */
  readonly racks: Scalars['Int']['output'];
  /** Racks beside what is held now. */
  readonly racksBeside: Scalars['Int']['output'];
  readonly resource: RackResource;
};

export type RackResource =
  | 'COOLING'
  | 'PHASE'
  | 'POWER_NODE'
  /** One rack does not take so many machines: watts or units. */
  | 'RACK';

export type RackState =
  | 'CANDIDATE'
  | 'INSTALLED'
  | 'PLANNED'
  | 'RETIRED';

/** All racks of the file, or none. */
export type RacksImported = {
  readonly __typename?: 'RacksImported';
  readonly count: Scalars['Int']['output'];
  /** Ids in the order of the file. */
  readonly rackIds: ReadonlyArray<Scalars['ID']['output']>;
  readonly receipt: Receipt;
};

/** How many racks of a shape fit a phase. */
export type RacksThatFit = {
  readonly __typename?: 'RacksThatFit';
  /** Facility watts of the phase. */
  readonly contractedW: Scalars['Int']['output'];
  readonly datacenter: Datacenter;
  readonly feedLossTolerated: Scalars['Boolean']['output'];
  readonly limitedBy: RackResource;
  /** In the order of the checks: phase, tree (when one is declared), cooling. */
  readonly limits: ReadonlyArray<RackLimit>;
  readonly machinesPerRack: Scalars['Int']['output'];
  readonly pueMilli: Scalars['Int']['output'];
  /** One such rack at full load, watts. */
  readonly rackDrawW: Scalars['Int']['output'];
  /** In the whole phase, on an empty site. */
  readonly racks: Scalars['Int']['output'];
  /** Beside what is held now. */
  readonly racksBeside: Scalars['Int']['output'];
  /** The shape's code. */
  readonly shape: Scalars['String']['output'];
};

export type RacksThatFitResult = NotFound | RacksThatFit | ValidationFailed;

export type RankedSite = {
  readonly __typename?: 'RankedSite';
  /** Declared facts of the site that are assumptions, for example `links.transit-1: latencyUs`. */
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  readonly datacenter: Datacenter;
  /** True when another site has exactly the same weighted sum. */
  readonly level: Scalars['Boolean']['output'];
  readonly measures: SiteMeasures;
  /** From 1. Sites with equal totals are ranked by code. */
  readonly rank: Scalars['Int']['output'];
  readonly scores: ReadonlyArray<CriterionScore>;
  /** Weighted mean of the scores in thousandths, rounded down. */
  readonly totalMilli: Scalars['Int']['output'];
  readonly warnings: ReadonlyArray<SiteWarning>;
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

export type RegionAccepted = {
  readonly __typename?: 'RegionAccepted';
  readonly receipt: Receipt;
  readonly region: Region;
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

export type RegisterClusterInput = {
  readonly datacenterId: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** A kubeconfig (YAML) whose current context holds the API server, its CA and one credential. Encrypted on arrival, shown never again. */
  readonly kubeconfig: Scalars['String']['input'];
  readonly name: Scalars['String']['input'];
  readonly provider: ClusterProvider;
};

export type RegisterClusterResult = ClusterAccepted | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type ResolveAlarmInput = {
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** One line of at most 500 characters: why it is over. */
  readonly note: Scalars['String']['input'];
};

export type ResolveAlarmResult = AlarmAnswered | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

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

export type RetentionAccepted = {
  readonly __typename?: 'RetentionAccepted';
  readonly receipt: Receipt;
  readonly retention: Retention;
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

export type ScaleNodePoolInput = {
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** Between the pool's minimum and maximum. */
  readonly target: Scalars['Int']['input'];
};

export type ScaleNodePoolResult = Conflict | Forbidden | IdempotencyConflict | NodePoolAccepted | NotFound | ValidationFailed;

/** One term of the score that chose a machine; smaller was better, terms compared in this order. */
export type ScoreTerm = {
  readonly __typename?: 'ScoreTerm';
  readonly name: Scalars['String']['output'];
  readonly value: Scalars['Int']['output'];
};

/** All phases of the datacenter in one act, at most 100; a phase that is not named is removed. Judged by where it ends, never by steps on the way. */
export type SetPowerCalendarInput = {
  readonly datacenterId: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly phases: ReadonlyArray<PowerPhaseRow>;
};

export type SetPowerCalendarResult = Conflict | Forbidden | IdempotencyConflict | NotFound | PowerCalendarAccepted | ValidationFailed;

/**
 * Creates the phase of that name or changes it, whole: a field left out is empty afterwards. PHASES_CONTRADICT when a CONTRACTED or ENERGISED phase begins inside
 * another one with fewer watts; WOULD_BREAK_RUNNING, with the instances or racks, when what draws power would lose it before its lease ends.
 */
export type SetPowerPhaseInput = {
  readonly assumed?: ReadonlyArray<Scalars['String']['input']>;
  /** Facility watts, 1 to 2,000,000,000. */
  readonly contractedW: Scalars['Int']['input'];
  readonly datacenterId: Scalars['ID']['input'];
  readonly evidence?: InputMaybe<PowerPhaseEvidenceInput>;
  readonly from: Scalars['DateTime']['input'];
  /** Given: refused unless the phase is at it. */
  readonly generation?: InputMaybe<Scalars['Int']['input']>;
  readonly idempotencyKey: Scalars['String']['input'];
  readonly name: Scalars['String']['input'];
  readonly state: PowerPhaseState;
  /** After `from`. */
  readonly to?: InputMaybe<Scalars['DateTime']['input']>;
};

export type SetPowerPhaseResult = Conflict | Forbidden | IdempotencyConflict | NotFound | PowerPhaseAccepted | ValidationFailed;

export type SetRetentionInput = {
  readonly class: RetentionClass;
  readonly idempotencyKey: Scalars['String']['input'];
  /** 6 to 36. */
  readonly months: Scalars['Int']['input'];
  /** Needed above 12 months. Names no person. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

export type SetRetentionResult = Forbidden | IdempotencyConflict | RetentionAccepted | ValidationFailed;

/** What an order names: a kind of machine. A new chip is a new shape. */
export type Shape = Node & {
  readonly __typename?: 'Shape';
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  readonly code: Scalars['String']['output'];
  /** Cooling a rack must offer to hold it. */
  readonly coolingKinds: ReadonlyArray<CoolingKind>;
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
  /** Rack units one machine takes. */
  readonly units: Scalars['Int']['output'];
};

export type ShapeAccepted = {
  readonly __typename?: 'ShapeAccepted';
  readonly receipt: Receipt;
  readonly shape: Shape;
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

/** How many more machines of a shape fit, at full load, beside everything that is held then. */
export type ShapeFit = {
  readonly __typename?: 'ShapeFit';
  /** Smallest first. */
  readonly bounds: ReadonlyArray<FitBound>;
  readonly gpus: Scalars['Int']['output'];
  /** All resources together; counted by filling the racks that stand, so that it can be built. */
  readonly machines: Scalars['Int']['output'];
  /** The shape's code. */
  readonly shape: Scalars['String']['output'];
};

/** Why an instance gives way where it does. */
export type SheddingReason =
  /** It was ordered as interruptible: first, the most recent first. */
  | 'INTERRUPTIBLE'
  | 'PILOT'
  | 'PRODUCTION'
  /** Its project is a trial: before pilots and production; within a stage training before inference, then the most recent first. */
  | 'TRIAL';

/** One instance that gives way. */
export type SheddingStep = {
  readonly __typename?: 'SheddingStep';
  /** Facility watts of the site once this step and those before it are done. */
  readonly expectedW: Scalars['SafeInt']['output'];
  readonly gpus: Scalars['Int']['output'];
  readonly instanceId: Scalars['ID']['output'];
  readonly noticedAt?: Maybe<Scalars['DateTime']['output']>;
  readonly organisationId: Scalars['ID']['output'];
  /** Of its order, else of its pool: TRAINING, INFERENCE or MIXED. */
  readonly purpose: PoolPurpose;
  /** When it was released or skipped. */
  readonly settledAt?: Maybe<Scalars['DateTime']['output']>;
  readonly state: SheddingStepState;
  /** IT watts that it gives up: its claim. The idle watts of its machine stay. */
  readonly watts: Scalars['Int']['output'];
  readonly why: SheddingReason;
};

export type SheddingStepState =
  /** Its tenant has been told. */
  | 'NOTICED'
  /** Nothing has happened to it; at the end: it was not needed. */
  | 'PENDING'
  | 'RELEASED'
  /** It was given back by its tenant, or was let off after a notice. */
  | 'SKIPPED';

/** Where a workload should go, and how much of that depends on the weights. Nothing is stored. */
export type SiteComparison = {
  readonly __typename?: 'SiteComparison';
  readonly currency: Scalars['String']['output'];
  /** The winner is no worse than any rival on any criterion: first for every weighting. */
  readonly dominant: Scalars['Boolean']['output'];
  readonly excluded: ReadonlyArray<ExcludedSite>;
  /** First instant of the first year, and of the year after the last: the law must hold all between them. */
  readonly from: Scalars['DateTime']['output'];
  /** All of it as a decision note in Markdown, in the language of `Accept-Language`. */
  readonly note: Scalars['String']['output'];
  /** Best first. */
  readonly ranking: ReadonlyArray<RankedSite>;
  /** One for each criterion; empty with fewer than two admitted sites. */
  readonly sensitivity: ReadonlyArray<WeightRange>;
  /** Null when no single weight can change who is first. */
  readonly smallestFlip?: Maybe<WeightFlip>;
  readonly to: Scalars['DateTime']['output'];
  /** Code of the best; null when every site is excluded. */
  readonly winner?: Maybe<Scalars['String']['output']>;
};

/** The numbers that the scores are made of. */
export type SiteMeasures = {
  readonly __typename?: 'SiteMeasures';
  /** What is left of it when the carrier that carries most is lost. */
  readonly capacityAfterLossMbps: Scalars['SafeInt']['output'];
  /** Megabits a second to the outside. */
  readonly capacityMbps: Scalars['SafeInt']['output'];
  /** Grams CO2e over all years. */
  readonly carbonG: Scalars['SafeInt']['output'];
  /** Distinct carriers to the outside. */
  readonly carriers: Scalars['Int']['output'];
  /** Over all years, without the links, which count under connectivity. */
  readonly costMinor: Scalars['SafeInt']['output'];
  /** Round trip of the fastest link to the outside, microseconds; null without one. */
  readonly latencyUs?: Maybe<Scalars['Int']['output']>;
  /** Minor units a month for all links to the outside. */
  readonly linksMinor: Scalars['SafeInt']['output'];
  /** At the worst moment of the week; null when nobody ever comes. */
  readonly worstResponseMinutes?: Maybe<Scalars['Int']['output']>;
  readonly years: ReadonlyArray<ComparedYear>;
};

/** How well a datacenter is tied to the outside. */
export type SiteResilience = {
  readonly __typename?: 'SiteResilience';
  /** What is left of it when the carrier that carries most is lost. */
  readonly capacityAfterLossMbps: Scalars['Int']['output'];
  /** Megabits a second to the outside, over all links. */
  readonly capacityMbps: Scalars['Int']['output'];
  /** Carriers that lead to the outside over a link that is lit, each once. */
  readonly carriers: ReadonlyArray<Carrier>;
  readonly datacenter: Datacenter;
  /** Fewer than two carriers: one trench or one dispute cuts the site off. */
  readonly warnings: ReadonlyArray<SiteWarning>;
};

/** What may run out first at a site. */
export type SiteResource =
  /** Cooling of the halls. */
  | 'COOLING'
  /** The contract with the grid: IT watts × PUE against the phase in force. */
  | 'PHASE'
  /** The electrical tree, after the loss of either side where the site has to bear it. */
  | 'POWER_NODE'
  /** Watts, units and cooling kind of the racks that stand. */
  | 'RACKS';

/** Something true of a site that should worry somebody; nothing was refused. */
export type SiteWarning = Problem & {
  readonly __typename?: 'SiteWarning';
  readonly code: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly retryable: Scalars['Boolean']['output'];
  readonly suggestion: Scalars['String']['output'];
};

export type SliceProfile = {
  readonly __typename?: 'SliceProfile';
  readonly memoryMiB: Scalars['Int']['output'];
  readonly milliGpu: Scalars['Int']['output'];
  readonly name: Scalars['String']['output'];
};

export type SliceProfileInput = {
  readonly memoryMiB: Scalars['Int']['input'];
  readonly milliGpu: Scalars['Int']['input'];
  readonly name: Scalars['String']['input'];
};

/** People of one skill who can be on site: a line of a site's weekly rota. */
export type StaffCoverage = Node & {
  readonly __typename?: 'StaffCoverage';
  /** Names of the fields whose value is an assumption. */
  readonly assumed: ReadonlyArray<Scalars['String']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly datacenter: Datacenter;
  /** Days on which the hours begin. Empty: suspended. */
  readonly days: ReadonlyArray<Weekday>;
  /** Local minute of the day at which the hours begin, 0 to 1439. */
  readonly fromMinute: Scalars['Int']['output'];
  readonly generation: Scalars['Int']['output'];
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
  /** Minutes from a call within the hours to somebody on site. */
  readonly responseMinutes: Scalars['Int']['output'];
  /** What they can do, for example `HANDS` or `HIGH_VOLTAGE`. */
  readonly skill: Scalars['String']['output'];
  /** Local minute at which they end, 1 to 1440; not after `fromMinute`: on the following day. */
  readonly toMinute: Scalars['Int']['output'];
};

export type StaffCoverageAccepted = {
  readonly __typename?: 'StaffCoverageAccepted';
  readonly receipt: Receipt;
  readonly staffCoverage: StaffCoverage;
};

export type StaffCoverageConnection = {
  readonly __typename?: 'StaffCoverageConnection';
  readonly edges: ReadonlyArray<StaffCoverageEdge>;
  readonly pageInfo: PageInfo;
  readonly totalCount: Scalars['Int']['output'];
};

export type StaffCoverageEdge = {
  readonly __typename?: 'StaffCoverageEdge';
  readonly cursor: Scalars['String']['output'];
  readonly node: StaffCoverage;
};

/** The wait for somebody of one skill. */
export type StaffResponse = {
  readonly __typename?: 'StaffResponse';
  readonly skill: Scalars['String']['output'];
  /** Minutes from an incident at the worst moment of the week to somebody on site; null when nobody ever comes. */
  readonly worstResponseMinutes?: Maybe<Scalars['Int']['output']>;
};

/** One step of a life: into which state, why, by whom, when. */
export type StatusChange = {
  readonly __typename?: 'StatusChange';
  readonly actor: Scalars['String']['output'];
  readonly at: Scalars['DateTime']['output'];
  readonly cause: Scalars['String']['output'];
  readonly state: InstanceState;
};

/**
 * A decision as it was stored, JSON with sorted members: `{"createdAt", "engineVersion", "id", "ledgerIndex", "organisationId", "policyVersion", "regionId", "request", "verdict"}`.
 * Whoever folds the ledger up to `ledgerIndex` and decides on `request` gets the bytes of `verdict`.
 */
export type StoredDecision = {
  readonly __typename?: 'StoredDecision';
  readonly id: Scalars['ID']['output'];
  readonly json: Scalars['String']['output'];
  readonly regionId: Scalars['ID']['output'];
};

export type StoredDecisionResult = Forbidden | NotFound | StoredDecision;

/** Decisions of a region as JSON Lines, each as in `StoredDecision`, in the order of the ledger. */
export type StoredDecisions = {
  readonly __typename?: 'StoredDecisions';
  readonly count: Scalars['Int']['output'];
  /** Pass as `after` for the next part; the last part has `hasMore: false`. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  readonly hasMore: Scalars['Boolean']['output'];
  readonly jsonLines: Scalars['String']['output'];
  readonly regionId: Scalars['ID']['output'];
};

export type StoredDecisionsResult = Forbidden | NotFound | StoredDecisions | ValidationFailed;

export type Subscription = {
  readonly __typename?: 'Subscription';
  /** In order, at least once, from after the cursor; without a cursor from now on. */
  readonly events: Event;
};


export type SubscriptionEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<EventFilter>;
};

export type Taint = {
  readonly __typename?: 'Taint';
  readonly effect: TaintEffect;
  readonly key: Scalars['String']['output'];
  readonly value: Scalars['String']['output'];
};

export type TaintEffect =
  | 'NoExecute'
  | 'NoSchedule'
  | 'PreferNoSchedule';

export type TaintInput = {
  readonly effect: TaintEffect;
  readonly key: Scalars['String']['input'];
  readonly value?: Scalars['String']['input'];
};

/** What one organisation held at the datacenter in the period. */
export type Tenancy = {
  readonly __typename?: 'Tenancy';
  readonly code: Scalars['String']['output'];
  /** Earliest claim among them; may be before the period. */
  readonly first: Scalars['DateTime']['output'];
  /** Instances whose claim overlaps the period. */
  readonly instances: Scalars['Int']['output'];
  /** Latest release among them; null when one is still held. */
  readonly last?: Maybe<Scalars['DateTime']['output']>;
  readonly organisationId: Scalars['ID']['output'];
};

/**
 * Who ran at a datacenter in a period, by class of organisation, from the append-only capacity ledger. An empty `foreignClasses` is the proof that nothing of a class
 * that the datacenter does not admit ever ran there in the period.
 */
export type TenancyReport = {
  readonly __typename?: 'TenancyReport';
  /** Classes admitted when the report was made. */
  readonly admittedTenantClasses: ReadonlyArray<TenantClass>;
  /** When the report was made. */
  readonly at: Scalars['DateTime']['output'];
  /** Classes of which something ran, in the order of the enum. */
  readonly classes: ReadonlyArray<ClassTenancy>;
  readonly datacenter: Datacenter;
  /** Those among them that are not admitted. */
  readonly foreignClasses: ReadonlyArray<TenantClass>;
  readonly from: Scalars['DateTime']['output'];
  /** First and last index of the region's ledger that the report rests on: all that was written before `to`. Null while there is nothing. */
  readonly ledgerFirstIndex?: Maybe<Scalars['SafeInt']['output']>;
  readonly ledgerLastIndex?: Maybe<Scalars['SafeInt']['output']>;
  /** Excluded. */
  readonly to: Scalars['DateTime']['output'];
};

export type TenancyReportResult = NotFound | TenancyReport | ValidationFailed;

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

/** From the tightest to the widest. The instances of one order share one place of the level. */
export type TopologyLevel =
  | 'ANY'
  | 'DATACENTER'
  | 'NVLINK_DOMAIN'
  | 'RACK'
  | 'REGION'
  | 'ROW'
  | 'SAME_MACHINE';

export type UpdateCarrierInput = {
  readonly assumed?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

export type UpdateCarrierResult = CarrierAccepted | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

/**
 * Never refused because of what runs: a certification that lapses sooner lapses in the world. New placements that need it stop at that instant, and the tenants of
 * instances that need it are told of a violation.
 */
export type UpdateCertificationInput = {
  readonly assumed?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly evidence?: InputMaybe<CertificationEvidenceInput>;
  readonly generation: Scalars['Int']['input'];
  readonly holder?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly to?: InputMaybe<Scalars['DateTime']['input']>;
};

export type UpdateCertificationResult = CertificationAccepted | Conflict | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type UpdateDatacenterInput = {
  readonly adminLocation?: InputMaybe<Scalars['String']['input']>;
  readonly admittedTenantClasses?: InputMaybe<ReadonlyArray<TenantClass>>;
  readonly assumed?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly buildingOwner?: InputMaybe<Scalars['String']['input']>;
  readonly feedLossTolerated?: InputMaybe<Scalars['Boolean']['input']>;
  readonly generation: Scalars['Int']['input'];
  readonly gridGramsPerKwh?: InputMaybe<Scalars['Int']['input']>;
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly leaseFrom?: InputMaybe<Scalars['DateTime']['input']>;
  readonly leaseTo?: InputMaybe<Scalars['DateTime']['input']>;
  readonly logLocation?: InputMaybe<Scalars['String']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly pueMilli?: InputMaybe<Scalars['Int']['input']>;
  readonly status?: InputMaybe<DatacenterStatus>;
};

export type UpdateDatacenterResult = Conflict | DatacenterAccepted | Forbidden | IdempotencyConflict | NotFound | ValidationFailed;

export type UpdateHallInput = {
  readonly assumed?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly coolingCapacityW?: InputMaybe<Scalars['Int']['input']>;
  readonly coolingKinds?: InputMaybe<ReadonlyArray<CoolingKind>>;
  readonly deratingPct?: InputMaybe<Scalars['Int']['input']>;
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
};

export type UpdateHallResult = Conflict | Forbidden | HallAccepted | IdempotencyConflict | NotFound | ValidationFailed;

export type UpdateLinkInput = {
  readonly assumed?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly capacityMbps?: InputMaybe<Scalars['Int']['input']>;
  readonly currency?: InputMaybe<Scalars['String']['input']>;
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly kind?: InputMaybe<LinkKind>;
  readonly latencyUs?: InputMaybe<Scalars['Int']['input']>;
  readonly monthlyPriceMinor?: InputMaybe<Scalars['Int']['input']>;
};

export type UpdateLinkResult = Conflict | Forbidden | IdempotencyConflict | LinkAccepted | NotFound | ValidationFailed;

export type UpdateMachineInput = {
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly nvlinkDomain?: InputMaybe<Scalars['String']['input']>;
  readonly positionU?: InputMaybe<Scalars['Int']['input']>;
  readonly serial?: InputMaybe<Scalars['String']['input']>;
  /** MAINTENANCE, AVAILABLE or RETIRED; refused while instances run on it, except to AVAILABLE. */
  readonly state?: InputMaybe<MachineState>;
};

export type UpdateMachineResult = Conflict | Forbidden | IdempotencyConflict | MachineAccepted | NotFound | ValidationFailed;

/** Refused with WOULD_BREAK_RUNNING and the racks concerned when what they draw now would not fit. */
export type UpdatePowerNodeInput = {
  readonly assumed?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly capacityW?: InputMaybe<Scalars['Int']['input']>;
  readonly deratingPct?: InputMaybe<Scalars['Int']['input']>;
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly kind?: InputMaybe<PowerNodeKind>;
  /** Null makes it a root. */
  readonly parentId?: InputMaybe<Scalars['ID']['input']>;
  readonly side?: InputMaybe<PowerSide>;
};

export type UpdatePowerNodeResult = Conflict | Forbidden | IdempotencyConflict | NotFound | PowerNodeAccepted | ValidationFailed;

export type UpdateRackInput = {
  readonly assumed?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly coolingCapacityW?: InputMaybe<Scalars['Int']['input']>;
  readonly coolingKind?: InputMaybe<CoolingKind>;
  readonly feedA?: InputMaybe<Scalars['String']['input']>;
  readonly feedB?: InputMaybe<Scalars['String']['input']>;
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  /** Refused below what already runs. */
  readonly maxPowerW?: InputMaybe<Scalars['Int']['input']>;
  readonly position?: InputMaybe<Scalars['Int']['input']>;
  readonly row?: InputMaybe<Scalars['String']['input']>;
  readonly state?: InputMaybe<RackState>;
  readonly units?: InputMaybe<Scalars['Int']['input']>;
};

export type UpdateRackResult = Conflict | Forbidden | IdempotencyConflict | NotFound | RackAccepted | ValidationFailed;

export type UpdateRegionInput = {
  readonly capitalChain?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The generation that was read; another one means somebody was faster. */
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly nameEn?: InputMaybe<Scalars['String']['input']>;
  readonly nameFr?: InputMaybe<Scalars['String']['input']>;
  readonly operatorName?: InputMaybe<Scalars['String']['input']>;
};

export type UpdateRegionResult = Conflict | Forbidden | IdempotencyConflict | NotFound | RegionAccepted | ValidationFailed;

/** The physical values of a shape that machines already have cannot change; make a new shape instead. */
export type UpdateShapeInput = {
  readonly assumed?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly idleW?: InputMaybe<Scalars['Int']['input']>;
  readonly maxW?: InputMaybe<Scalars['Int']['input']>;
  readonly peakFp16Tflops?: InputMaybe<Scalars['Int']['input']>;
  readonly pricePerHourMinor?: InputMaybe<Scalars['Int']['input']>;
  readonly sliceProfiles?: InputMaybe<ReadonlyArray<SliceProfileInput>>;
};

export type UpdateShapeResult = Conflict | Forbidden | IdempotencyConflict | NotFound | ShapeAccepted | ValidationFailed;

export type UpdateStaffCoverageInput = {
  readonly assumed?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly days?: InputMaybe<ReadonlyArray<Weekday>>;
  readonly fromMinute?: InputMaybe<Scalars['Int']['input']>;
  readonly generation: Scalars['Int']['input'];
  readonly id: Scalars['ID']['input'];
  readonly idempotencyKey: Scalars['String']['input'];
  readonly responseMinutes?: InputMaybe<Scalars['Int']['input']>;
  readonly skill?: InputMaybe<Scalars['String']['input']>;
  readonly toMinute?: InputMaybe<Scalars['Int']['input']>;
};

export type UpdateStaffCoverageResult = Conflict | Forbidden | IdempotencyConflict | NotFound | StaffCoverageAccepted | ValidationFailed;

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
  /** Organisation of the instance. */
  readonly organisationId: Scalars['ID']['output'];
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

export type Weekday =
  | 'FRI'
  | 'MON'
  | 'SAT'
  | 'SUN'
  | 'THU'
  | 'TUE'
  | 'WED';

/** The smallest change of one weight that puts another site first. */
export type WeightFlip = {
  readonly __typename?: 'WeightFlip';
  /** The share at which the two are level. */
  readonly at: Fraction;
  readonly criterion: Criterion;
  readonly direction: FlipDirection;
  /** How far that is from today's share. */
  readonly distance: Fraction;
  /** Code of the datacenter that comes first beyond it. */
  readonly winner: Scalars['String']['output'];
};

/** How far one weight can move, the others keeping their proportions, before another site comes first. */
export type WeightRange = {
  readonly __typename?: 'WeightRange';
  /** Code of the datacenter that comes first above `to`; null where the winner stays first up to 1. */
  readonly above?: Maybe<Scalars['String']['output']>;
  /** Code of the datacenter that comes first below `from`; null where the winner stays first down to 0. */
  readonly below?: Maybe<Scalars['String']['output']>;
  readonly criterion: Criterion;
  /** The winner is first, or level with a rival, for every share from here… */
  readonly from: Fraction;
  /** Share of the sum of the weights today. */
  readonly share: Fraction;
  /** …to here, both included. */
  readonly to: Fraction;
};

/** What a machine's work is for: a pool may be kept for one of them. */
export type WorkPurpose =
  | 'INFERENCE'
  | 'TRAINING';

export type WorkloadPurpose =
  | 'INFERENCE'
  | 'MIXED'
  | 'TRAINING';
