/** Something that must be there all the time, and what the log was last told about it. Milliseconds, all of one clock. */
export interface Outage {
  /** When it was last there; at first, when looking began. */
  readonly metAt: number;
  /** Why the log says that it is missing; undefined while the log says nothing of the kind. */
  readonly told: string | undefined;
}

export interface Look {
  readonly now: number;
  /** Undefined: it is there. Otherwise why not, a reason of the catalogue. */
  readonly missing: string | undefined;
  /** How long it may be missing before the log says so. 0: it is an event at once. */
  readonly graceMs: number;
}

export interface OutageVerdict {
  /** What to remember once the event is written. */
  readonly next: Outage;
  /** The event to write: once for an outage and once for its end, however often one looks. `reason` of a `resumed` is what is over. */
  readonly tell?: { readonly what: 'degraded' | 'resumed'; readonly reason: string; readonly seconds: number };
}

/** Whether the log has to say that something went missing, or is back. Time is the only thing that makes an absence an outage: a single miss is weather. */
export const decideOutage = (outage: Outage, { now, missing, graceMs }: Look): OutageVerdict => {
  const seconds = Math.max(0, Math.round((now - outage.metAt) / 1_000));
  if (missing === undefined) {
    const next = { metAt: now, told: undefined };
    return outage.told === undefined ? { next } : { next, tell: { what: 'resumed', reason: outage.told, seconds } };
  }
  if (outage.told !== undefined || now - outage.metAt < graceMs) return { next: outage };
  return { next: { ...outage, told: missing }, tell: { what: 'degraded', reason: missing, seconds } };
};
