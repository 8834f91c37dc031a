import { hostname } from 'node:os';
import type { ActContext } from '@cadastre/domain/audit';
import type { Clock, Ids } from '@cadastre/domain/core';
import { currentTraceparent } from '@cadastre/platform/otel';

interface Process {
  /** As it stands in the events: actor and rule. */
  readonly name: string;
  readonly interface: ActContext['source']['interface'];
  readonly version: string;
}

/** Who acts when a process does by itself what it is for; with the trace that it does it in. */
export const makeActOf = ({ name, interface: by, version }: Process, ids: Ids, clock: Clock) => (operation: string): ActContext => {
  const traceparent = currentTraceparent();
  return {
    actor: { kind: 'system', id: name, directory: 'none', roles: [], auth: { method: 'internal' } },
    authz: { decision: 'allow', policy: 'system', rule: name },
    source: { interface: by, host: hostname(), version },
    request: { id: ids.next('request'), operation, ...(traceparent === undefined ? {} : { traceparent }) },
    at: clock.now(),
  };
};
