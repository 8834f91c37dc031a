/** One event as its leaf parses (docs/audit-event.schema.json): what the views read of it. */
export interface ViewedEvent {
  readonly v: 1;
  readonly id: string;
  readonly log: string;
  /** RFC 3339 UTC with milliseconds, by the writer's clock. */
  readonly time: string;
  readonly type: string;
  readonly phase: 'requested' | 'started' | 'completed' | 'denied' | 'read';
  readonly outcome: 'success' | 'failure' | 'denied' | 'unknown';
  readonly reason?: string;
  readonly tenant?: string;
  readonly actor: {
    readonly kind: string;
    readonly id: string;
    readonly directory: string;
    readonly roles: readonly string[];
    readonly auth: { readonly method: string; readonly mfa?: boolean };
  };
  readonly target: { readonly kind: string; readonly id: string; readonly parent?: string; readonly region?: string; readonly datacenter?: string };
  readonly source: { readonly interface: string; readonly host: string; readonly version: string };
  readonly request: { readonly id: string; readonly trace?: string; readonly operation?: string };
  readonly class: string;
}

/** Where the row comes from: with these a reader finds the leaf again among the evidence, and proves it. */
export interface LeafPlace {
  readonly index: number;
  /** SHA-256(0x00 || leaf), lower-case hex. */
  readonly leafHash: string;
}

/** One event in the words of another format: one line, without its line feed. Views are made for other tools; the leaf alone is evidence. */
export type View = (event: ViewedEvent, place: LeafPlace) => string;

/** What an act does to its object, from the last word of the type. */
export type Act = 'create' | 'read' | 'update' | 'delete' | 'other';

const ACTS: Readonly<Record<string, Act>> = {
  create: 'create', import: 'create', register: 'create', grant: 'create', propose: 'create', place: 'create', open: 'create', opened: 'create', raise: 'create', plan: 'create',
  read: 'read', export: 'read', download: 'read',
  update: 'update', set: 'update', state: 'update', scale: 'update', pause: 'update', approve: 'update', calendar: 'update', change: 'update', acknowledge: 'update', apply: 'update', warn: 'update', spare: 'update',
  delete: 'delete', release: 'delete', revoke: 'delete', cancel: 'delete', expire: 'delete', erase: 'delete', lift: 'delete', pruned: 'delete', end: 'delete', shed: 'delete', resolve: 'delete',
};
export const actOf = (type: string): Act => ACTS[type.slice(type.lastIndexOf('.') + 1)] ?? 'other';

/** RFC 5424 severity: 3 error, 4 warning, 5 notice, 6 informational. A refusal is a warning, an outcome that nobody knows an error. */
export const severityOf = (e: ViewedEvent): 3 | 4 | 5 | 6 => (e.outcome === 'unknown' || /^audit\.(log\.(degraded|frozen|discontinuity)|alarm\.raise)$/.test(e.type) ? 3 : e.outcome === 'success' ? (e.class === 'security' || e.class === 'log_control' ? 5 : 6) : 4);

/** Milliseconds since 1970 of an instant of a leaf. */
export const millisOf = (t: string): number => Date.parse(t);

/** JSON on one line whatever reads it: U+2028 and U+2029 end lines for some. Lone surrogates come out as escapes, as JSON.stringify writes them. */
export const jsonLine = (value: unknown): string => JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
