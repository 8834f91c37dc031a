import type { AuditSinkId, Directory, Instant, OrganisationId } from '../core/index.ts';

/** Where events go beside the log: RFC 5424 over TLS (RFC 5425), HTTPS POST, or files in the audit storage. */
export const SINK_KINDS = ['SYSLOG_TLS', 'HTTPS', 'FILES'] as const;
export type SinkKind = (typeof SINK_KINDS)[number];
export const SINK_FORMATS = ['ocsf', 'cadf', 'ecs', 'cef', 'cloudevents', 'parquet'] as const;
export type SinkFormat = (typeof SINK_FORMATS)[number];

/** Member states of the European Union, ISO 3166-1 alpha-2: technical data stay in it unless somebody signs for it (SecNumCloud 3.2, 19.2). */
export const EUROPEAN_UNION: readonly string[] = [
  'AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK',
];
/** Not deleted, of one tenant or of the provider. */
export const MAX_SINKS = 8;

/** A place that is sent every sealed event of one log, in order, at least once. */
export interface AuditSink {
  readonly id: AuditSinkId;
  readonly directory: Directory;
  /** Whose log; absent: the provider's. */
  readonly tenantId?: OrganisationId;
  readonly name: string;
  readonly kind: SinkKind;
  readonly format: SinkFormat;
  /** `host:port`, an https URL, or empty for FILES. */
  readonly endpoint: string;
  /** PEM of the authorities that the receiver's certificate is checked against; absent: those of the system. */
  readonly caPem?: string;
  /** Where the receiver keeps what it is sent, ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Who allowed a country outside of the Union, and by which act. */
  readonly waiver?: string;
  readonly paused: boolean;
  /** The log that it is in, and the next leaf to be sent; both only known to the notary before the first delivery. */
  readonly nextIndex: number;
  readonly deliveredAt?: Instant;
  /** Why nothing goes out, in a few words, and since when. */
  readonly failure?: string;
  readonly failingSince?: Instant;
  readonly deletedAt?: Instant;
  readonly generation: number;
}
