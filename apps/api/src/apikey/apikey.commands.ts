import { decideCreateApiKey, decideRevokeApiKey, type ApiKey } from '@cadastre/domain/apikey';
import type { ApiKeyId } from '@cadastre/domain/core';
import { isId, no, ok, problem } from '@cadastre/domain/core';
import * as apiKeys from '@cadastre/store/apikey';
import type { Stored } from '@cadastre/store/sql';
import type { CreateApiKeyInput, RevokeApiKeyInput } from '../generated/tenant.ts';
import { digestOf, makeApiKey, prefixOf } from '../shared/auth/apikey-format.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { allow, mutate, type Policy } from '../shared/mutate.ts';
import { hasRole, type Viewer } from '../shared/viewer.ts';

const KEEPERS = ['OWNER', 'OPERATOR'] as const;
const LIST: Policy = { operation: 'apiKeys', roles: KEEPERS };
const CREATE: Policy = { operation: 'createApiKey', roles: KEEPERS };
const REVOKE: Policy = { operation: 'revokeApiKey', roles: KEEPERS };

/** The digest stays here: it is what the key is recognised by. */
const keyData = ({ sha256: _, ...key }: Stored<ApiKey>) => ({ __typename: 'ApiKey', ...key });

const target = (viewer: Viewer) => ({ kind: 'apikey', id: viewer.organisation?.id ?? 'provider' });

/** ApiKeyConnection, or Forbidden. */
export const listApiKeys = async (viewer: Viewer, args: ListArgs): Promise<object> => {
  const refused = await allow(viewer, LIST, target(viewer));
  if (refused !== undefined) return refused;
  const connection = await listById(viewer, args, request => viewer.door.store.read(viewer.scope, q => apiKeys.page(q, request)), items => items.map(keyData));
  return { __typename: 'ApiKeyConnection', ...connection };
};

/** For `node(id)`: whoever may not list keys finds none. */
export const loadApiKey = async (viewer: Viewer, id: string): Promise<object | undefined> => (hasRole(viewer, KEEPERS) ? await found(viewer, id) : undefined);

const found = async (viewer: Viewer, id: string): Promise<object | undefined> => {
  const key = isId('apikey', id) ? await viewer.door.store.read(viewer.scope, q => apiKeys.get(q, id)) : undefined;
  return key === undefined ? undefined : keyData(key);
};

/** The key is shown in this one answer; a repeated idempotency key shows everything but it. */
export const createApiKey = async (viewer: Viewer, input: CreateApiKeyInput): Promise<object> => {
  const { door, organisation } = viewer;
  const secret = makeApiKey(door.environment);
  let mine: ApiKeyId | undefined;
  return await mutate<ApiKeyId>(viewer, {
    policy: CREATE, type: 'iam.apikey.create', target: target(viewer), input,
    decide: async () => {
      const { name, roles, expiresAt, allowedCidrs } = input;
      const decided = decideCreateApiKey(
        { name, roles, expiresAt, allowedCidrs: allowedCidrs ?? [] },
        { directory: door.name, ...(organisation === undefined ? {} : { tenantId: organisation.id }), roles: viewer.actor.roles, made: { prefix: prefixOf(secret), sha256: digestOf(secret) } },
        { ids: door.ids, now: door.clock.now() },
      );
      if (!decided.ok) return decided;
      const { next, events, audit } = decided.value;
      mine = next.id;
      return ok({ writes: [apiKeys.insert(next)], events, audit, answer: next.id });
    },
    // A twin that was faster has made another key: ours was never stored and must not be shown.
    accept: async id => ({ __typename: 'ApiKeyCreated', apiKey: await found(viewer, id), secret: id === mine ? secret : null }),
  });
};

/** From the next request on it opens no door. */
export const revokeApiKey = async (viewer: Viewer, input: RevokeApiKeyInput): Promise<object> =>
  await mutate<ApiKeyId>(viewer, {
    policy: REVOKE, type: 'iam.apikey.revoke', target: isId('apikey', input.id) ? { kind: 'apikey', id: input.id } : target(viewer), input,
    decide: async q => {
      const { id } = input;
      if (!isId('apikey', id)) return no([problem('BAD_ID', { noun: 'apikey', value: id.slice(0, 80) }, { path: ['id'] })]);
      const decided = decideRevokeApiKey(id, { key: await apiKeys.get(q, id) }, { now: viewer.door.clock.now() });
      if (!decided.ok) return decided;
      const { next, ifGeneration, events, audit } = decided.value;
      return ok({ writes: [apiKeys.revoke(id, next.revokedAt ?? viewer.door.clock.now(), { ifGeneration })], events, audit, answer: id });
    },
    accept: async id => ({ __typename: 'ApiKeyRevoked', apiKey: await found(viewer, id) }),
  });
