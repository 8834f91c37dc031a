import type { AuditExportId, Directory, Instant, OrganisationId, ProblemCode } from '../core/index.ts';
import type { OperationState } from '../operation/model.ts';

/** Views that a bundle may carry beside the leaves (docs/audit-bundle.md). Never evidence: each row names the leaf that it was made from. */
export const EXPORT_VIEWS = ['ocsf', 'cadf', 'ecs', 'cef', 'cloudevents', 'parquet'] as const;
export type ExportView = (typeof EXPORT_VIEWS)[number];
/** Their files in the bundle, under `views/`. */
export const VIEW_FILES: Readonly<Record<ExportView, string>> = {
  ocsf: 'ocsf.jsonl', cadf: 'cadf.jsonl', ecs: 'ecs.jsonl', cef: 'cef.txt', cloudevents: 'cloudevents.jsonl', parquet: 'events.parquet',
};

/** What making a bundle goes through, in order: which leaves, a global checkpoint with a quorum of witnesses that covers them, a timestamp, the file. */
export const EXPORT_STEPS = ['RANGE', 'WITNESS', 'TIMESTAMP', 'WRITE'] as const;
export type ExportStep = (typeof EXPORT_STEPS)[number];

/** Seconds around the period: a bundle begins with a heartbeat at least so long before it and ends with one at least so long after it (docs/audit-bundle.md, `period`). */
export const PERIOD_MARGIN_SECONDS = 120;
/** Seconds after its end before a period can be exported: the margin, and the minute within which a heartbeat comes. */
export const PERIOD_CLOSED_SECONDS = 180;
/** The ceiling of retention, 36 months: nothing older is kept, so no period is longer. */
export const MAX_EXPORT_DAYS = 1_096;
export const MAX_AGE_RECIPIENTS = 16;
/** Not ended, of one tenant or of the provider. */
export const MAX_OPEN_EXPORTS = 4;
/** Days that a finished bundle can be downloaded; the same period gives the same bytes whenever it is asked for again. */
export const EXPORT_KEPT_DAYS = 30;

/** One bundle that somebody asked for. */
export interface AuditExport {
  readonly id: AuditExportId;
  /** The door it was asked at, and is downloaded from. */
  readonly directory: Directory;
  /** Whose log; absent: the provider's. */
  readonly tenantId?: OrganisationId;
  /** Opaque: who asked. */
  readonly requestedBy: string;
  /** The mandate under which the provider's auditor reads a tenant's log. */
  readonly mandateId?: string;
  /** Period [from, to), by the acts' own times. */
  readonly from: Instant;
  readonly to: Instant;
  /** In the order of EXPORT_VIEWS. */
  readonly views: readonly ExportView[];
  /** age X25519 recipients (`age1…`) that the file is encrypted to; none: a plain zip. */
  readonly ageRecipients: readonly string[];
  readonly state: OperationState;
  readonly step: ExportStep;
  /** Thousandths. */
  readonly progressMilli: number;
  /** Only with FAILED. */
  readonly failure?: ProblemCode;
  /** Leaves [first, end) of the log; known from the step WITNESS on. */
  readonly firstIndex?: number;
  readonly endIndex?: number;
  /** Only with SUCCEEDED: bytes of the file, its SHA-256 in lower-case hex, its key in the audit storage, and until when it can be downloaded. */
  readonly bytes?: number;
  readonly sha256?: string;
  readonly file?: string;
  readonly expiresAt?: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly generation: number;
}

/** Its name in the downloader's folder. */
export const exportFile = ({ id, ageRecipients }: Pick<AuditExport, 'id' | 'ageRecipients'>): string => `${id}.zip${ageRecipients.length === 0 ? '' : '.age'}`;
