import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import type { Faults, Result } from '@cadastre/domain/core';
import { no, ok, problem } from '@cadastre/domain/core';

/** What is kept of a kubeconfig: one context, everything inline. `sealable` is again a kubeconfig, as JSON. */
export interface Target {
  readonly endpoint: string;
  readonly sealable: string;
}

const MAX_BYTES = 256 * 1024;
// By allow-list, as in libs/kube, which reads the result: whatever names a file would be read on the controller's machine, and a plugin would run there.
const CLUSTER_FIELDS = new Set(['server', 'certificate-authority-data', 'tls-server-name', 'disable-compression', 'extensions']);
const USER_FIELDS = new Set(['token', 'client-certificate-data', 'client-key-data']);
const KEPT = { cluster: ['server', 'certificate-authority-data', 'tls-server-name'], user: ['token', 'client-certificate-data', 'client-key-data'] } as const;
const FILES = new Set(['certificate-authority', 'client-certificate', 'client-key', 'tokenFile', 'token-file']);

const bad = (detail: string): Result<never, Faults> => no([problem('CLUSTER_BAD_KUBECONFIG', { field: 'kubeconfig', detail }, { path: ['kubeconfig'] })]);

type Fields = Readonly<Record<string, string>>;

/**
 * The current context of a kubeconfig. Details name fields, never values: any value may be the secret, and so may the line that a parser quotes.
 */
export const readKubeconfig = (text: string): Result<Target, Faults> => {
  const length = Buffer.byteLength(text);
  if (length > MAX_BYTES) return no([problem('TOO_LONG', { field: 'kubeconfig', length, limit: MAX_BYTES }, { path: ['kubeconfig'] })]);
  const root = rootOf(text);
  if (root === undefined) return bad('not a YAML mapping');
  const current = root.get('current-context');
  if (typeof current !== 'string' || current === '') return bad('current-context is missing');
  const context = named(root, 'contexts', current, 'context');
  if (context === undefined) return bad('current-context names no context');
  const cluster = named(root, 'clusters', context.get('cluster'), 'cluster');
  if (cluster === undefined) return bad('the current context names no cluster');
  const user = named(root, 'users', context.get('user'), 'user');
  if (user === undefined) return bad('the current context names no user');
  const refused = [...refusals('cluster', cluster, CLUSTER_FIELDS), ...refusals('user', user, USER_FIELDS)];
  if (refused.length > 0) return bad(refused.join('; '));
  return targetOf(scalars(cluster, KEPT.cluster), scalars(user, KEPT.user));
};

const rootOf = (text: string): YAMLMap | undefined => {
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'error', uniqueKeys: false });
    return document.errors.length === 0 && isMap(document.contents) ? document.contents : undefined;
  } catch {
    return undefined;
  }
};

/** The entry of a kubeconfig's list by its name: `{name, <field>: {…}}`. */
const named = (root: YAMLMap, list: string, name: unknown, field: string): YAMLMap | undefined => {
  const items = root.get(list);
  if (!isSeq(items) || typeof name !== 'string') return undefined;
  const found = items.items.find(item => isMap(item) && item.get('name') === name);
  const inner = isMap(found) ? found.get(field) : undefined;
  return isMap(inner) ? inner : undefined;
};

const refusals = (of: string, map: YAMLMap, allowed: ReadonlySet<string>): readonly string[] =>
  map.items.map(pair => (isScalar(pair.key) ? String(pair.key.value) : '?')).filter(key => !allowed.has(key)).map(key => `${of}.${key.slice(0, 40)} ${why(key)}`);

const why = (key: string): string => {
  if (key === 'exec' || key === 'auth-provider') return 'runs a program: give a token or a client certificate';
  if (FILES.has(key)) return 'names a file: give its content, as kubectl config view --flatten --minify --raw prints it';
  if (key === 'insecure-skip-tls-verify') return 'is never accepted: give certificate-authority-data';
  return 'is not accepted';
};

const scalars = (map: YAMLMap, fields: readonly string[]): Fields =>
  Object.fromEntries(fields.flatMap(f => {
    const value = map.get(f);
    return typeof value === 'string' && value !== '' ? [[f, value]] : [];
  }));

const targetOf = (cluster: Fields, user: Fields): Result<Target, Faults> => {
  const server = cluster['server'] ?? '';
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined) return bad('cluster.server is not a URL');
  if (url.protocol !== 'https:') return bad('cluster.server must be https: a credential never travels in clear');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return bad('cluster.server must be an address and nothing else');
  const [token, certificate, key] = [user['token'], user['client-certificate-data'], user['client-key-data']];
  if ((certificate === undefined) !== (key === undefined)) return bad('user.client-certificate-data and user.client-key-data go together');
  if (token === undefined && certificate === undefined) return bad('the user has no credential: give a token, or a client certificate with its key');
  if (token !== undefined && certificate !== undefined) return bad('the user has a token and a client certificate: keep one');
  const name = 'cluster';
  const sealable = JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': name, contexts: [{ name, context: { cluster: name, user: name } }], clusters: [{ name, cluster }], users: [{ name, user }],
  });
  return ok({ endpoint: server, sealable });
};
