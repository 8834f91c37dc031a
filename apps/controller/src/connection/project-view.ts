import type { Seen } from '@cadastre/domain/cluster';
import type { ProjectNames, ProjectView } from '@cadastre/domain/project';
import { ALLOW, DENY_ALL, LIMITS, namespaceName, QUOTA } from '@cadastre/domain/project';
import { LIMIT_RANGES, NAMESPACES, NETWORK_POLICIES, RESOURCE_QUOTAS, SERVICE_ACCOUNTS } from '@cadastre/kube/client';
import type { Connection } from './connection.ts';
import type { Kept, KeptQuota } from './keep.ts';
import { keep, keepQuota } from './keep.ts';
import { look, SILENT } from './look.ts';

const NOTHING: ProjectView = {
  namespace: { as: 'ABSENT' }, denyAll: { as: 'ABSENT' }, allow: { as: 'ABSENT' }, quota: { as: 'ABSENT' }, limits: { as: 'ABSENT' }, serviceAccount: false,
};

/** A project's namespace and its fences in one cluster. Both the project's and the instance's looks need it, and must agree on it. */
export const viewProject = async (c: Connection, p: ProjectNames): Promise<ProjectView | 'UNREACHABLE'> => {
  if (!c.fresh()) return 'UNREACHABLE';
  const name = namespaceName(p);
  const project = (o: Parameters<typeof keep>[0]) => ({ ...keep(o), project: undefined });
  const namespace = await look(c, c.namespaces, { kind: NAMESPACES, name }, project);
  if (namespace === SILENT) return 'UNREACHABLE';
  if (namespace.as !== 'OURS') return { ...NOTHING, namespace };
  const [denyAll, allow, quota, limits, serviceAccount] = await Promise.all([
    look(c, c.networkPolicies, { kind: NETWORK_POLICIES, namespace: name, name: DENY_ALL }, keep),
    look(c, c.networkPolicies, { kind: NETWORK_POLICIES, namespace: name, name: ALLOW }, keep),
    look(c, c.quotas, { kind: RESOURCE_QUOTAS, namespace: name, name: QUOTA }, keepQuota),
    look(c, c.limitRanges, { kind: LIMIT_RANGES, namespace: name, name: LIMITS }, keep),
    hasAccount(c, name, namespace.uid),
  ]);
  return whole({ namespace, denyAll, allow, quota, limits, serviceAccount });
};

type Parts = { readonly namespace: Seen<Kept>; readonly serviceAccount: boolean | typeof SILENT }
  & Readonly<Record<'denyAll' | 'allow' | 'limits', Seen<Kept> | typeof SILENT>> & { readonly quota: Seen<KeptQuota> | typeof SILENT };

/** Half a view is none: a fence that was not seen is not known to stand. */
const whole = ({ namespace, denyAll, allow, quota, limits, serviceAccount }: Parts): ProjectView | 'UNREACHABLE' =>
  denyAll === SILENT || allow === SILENT || quota === SILENT || limits === SILENT || serviceAccount === SILENT
    ? 'UNREACHABLE'
    : { namespace, denyAll, allow, quota, limits, serviceAccount };

const hasAccount = async (c: Connection, namespace: string, uid: string): Promise<boolean | typeof SILENT> => {
  if (c.accounts.has(uid)) return true;
  const answer = await c.kube.get({ kind: SERVICE_ACCOUNTS, namespace, name: 'default' });
  if (answer.ok) c.accounts.add(uid);
  return answer.ok ? true : answer.error.code === 'NOT_FOUND' ? false : SILENT;
};
