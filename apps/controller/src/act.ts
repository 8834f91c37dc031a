import { hostname } from 'node:os';
import type { ActContext } from '@cadastre/domain/audit';
import type { Clock, Ids } from '@cadastre/domain/core';
import { currentTraceparent } from '@cadastre/platform/otel';

/** The circumstances of what the controller does by itself. */
export type MakeAct = (operation: string) => ActContext;

export const makeActOf = (ids: Ids, clock: Clock, version: string): MakeAct => operation => {
  const traceparent = currentTraceparent();
  return {
    actor: { kind: 'system', id: 'controller', directory: 'none', roles: [], auth: { method: 'internal' } },
    authz: { decision: 'allow', policy: 'system', rule: 'controller' },
    source: { interface: 'controller', host: hostname(), version },
    request: { id: ids.next('request'), operation, ...(traceparent === undefined ? {} : { traceparent }) },
    at: clock.now(),
  };
};
