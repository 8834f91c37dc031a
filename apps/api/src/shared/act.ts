import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { ActContext } from '@cadastre/domain/audit';
import type { Actor } from '@cadastre/domain/core';
import { currentTraceparent } from '@cadastre/platform/otel';
import { canonical } from '@cadastre/store/audit';
import type { Organisation } from '@cadastre/domain/organisation';
import type { Lang } from '@cadastre/platform/locale';
import type { PersonalPart } from './auth/personal.ts';
import type { Door, Viewer } from './viewer.ts';

/** Bumped when a rule of any policy table changes: an audit event names what it was judged by. */
const POLICY = 'roles/1';
const HOST = hostname();

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** The same input gives the same digest, whatever the order of its keys. Arguments themselves never enter the audit log. */
export const digestOf = (value: unknown): string => sha256(canonical(value));

export interface Asking {
  readonly actor: Actor;
  readonly organisation?: Organisation;
  readonly lang: Lang;
  readonly requestId: string;
  readonly documentDigest?: string;
  /** Whose key seals what of this person; the key is at hand, or the values are marked as unavailable. */
  readonly personal?: PersonalPart;
}

export const createViewer = (door: Door, asking: Asking): Viewer => {
  const { organisation } = asking;
  return {
    door, ...asking,
    scope: organisation === undefined ? 'system' : { tenant: organisation.id },
    keyScope: organisation?.id ?? 'provider',
    act: (operation, rule, more = {}) => actContext(door, asking, operation, rule, more),
  };
};

const actContext = (door: Door, asking: Asking, operation: string, rule: string, more: NonNullable<Parameters<Viewer['act']>[2]>): ActContext => {
  const traceparent = currentTraceparent();
  const { denied, consent, ...digests } = more;
  return {
    actor: asking.actor,
    authz: { decision: denied === true ? 'deny' : 'allow', policy: POLICY, rule },
    ...(consent === undefined ? {} : { consent }),
    source: { interface: door.name === 'tenant' ? 'tenant-door' : 'provider-door', host: HOST, version: door.version },
    request: {
      id: asking.requestId, operation, ...(traceparent === undefined ? {} : { traceparent }), ...digests,
      ...(asking.documentDigest === undefined ? {} : { documentDigest: asking.documentDigest }),
    },
    at: door.clock.now(),
    ...(door.subjectKeys === undefined || asking.personal === undefined ? {} : { personal: door.subjectKeys.sealer(asking.personal.subject, asking.personal.values) }),
  };
};
