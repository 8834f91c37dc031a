import type { StreamSpec } from './model.ts';

export const SUBJECT_ROOT = 'cad.v1';
const NO_REGION = '_';
// What NATS takes in a token, without its wildcards and separators.
const TOKEN = /^[A-Za-z0-9_-]+$/;

/** `cad.v1.<region|_>.<noun>.<verb>`. @throws when a part could widen the subject (a dot, a wildcard, a blank): that is a bug of the caller. */
export const subjectOf = (of: { readonly region?: string | null | undefined; readonly noun: string; readonly verb: string }): string => {
  const parts = [of.region ?? NO_REGION, of.noun, of.verb];
  for (const part of parts) if (!TOKEN.test(part)) throw new Error(`${JSON.stringify(part)} cannot be a part of a subject`);
  return [SUBJECT_ROOT, ...parts].join('.');
};

/** The parts of an event's subject, or undefined when it is not one. */
export const partsOf = (subject: string): { readonly region: string; readonly noun: string; readonly verb: string } | undefined => {
  const [cad, v1, region, noun, verb, ...rest] = subject.split('.');
  if (`${String(cad)}.${String(v1)}` !== SUBJECT_ROOT || region === undefined || noun === undefined || verb === undefined || rest.length > 0) return undefined;
  return { region, noun, verb };
};

/**
 * The wake-ups. Exactly five tokens: requests (`cad.v1.<region>.allocate`) have four, and a stream that caught them would answer them
 * with its own acknowledgement. Discard `new`: a full stream refuses, the outbox keeps the row and the relay tries again, whereas `old` would
 * drop a wake-up silently. Six hours are plenty for keys: after a longer outage the resync finds everything anyway.
 */
export const EVENTS_STREAM: StreamSpec = {
  name: 'CAD_EVENTS',
  subjects: [`${SUBJECT_ROOT}.*.*.*`],
  maxAgeMs: 6 * 3_600_000,
  maxBytes: 1024 ** 3,
  maxMessageBytes: 16_384,
  duplicateWindowMs: 120_000,
  replicas: 1,
};
