import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
// The package's root would load its whole generated API (80 MB, half a second) into every process that only wants these three.
import { newClusters, newContexts, newUsers } from '@kubernetes/client-node/dist/config_types.js';
import type { Cluster, User } from '@kubernetes/client-node/dist/config_types.js';
import { parse } from 'yaml';
import type { Result } from '@cadastre/domain/core';
import { no, ok } from '@cadastre/domain/core';

/** Where and as whom to call: everything inline, nothing left to read or to run. */
export interface Target {
  readonly origin: string;
  /** '' or a path prefix such as `/k8s/clusters/x` for servers behind a proxy. */
  readonly prefix: string;
  /** Authority, certificate and key, parsed once: TLS would otherwise parse them again for each connection. */
  readonly tls: SecureContext;
  readonly token?: string;
  readonly serverName?: string;
}

// A kubeconfig reaches the controller from an operator's form. client-node would run its `exec` plugins and read the
// files it names, and send what it read to the server it names: so only inline credentials pass, by allow-list.
const CLUSTER_FIELDS = new Set(['server', 'certificate-authority-data', 'tls-server-name', 'extensions', 'disable-compression']);
const USER_FIELDS = new Set(['client-certificate-data', 'client-key-data', 'token']);
const ADVICE = 'give one self-contained file: kubectl config view --flatten --minify --raw';

interface RawConfig {
  readonly 'current-context'?: string;
  readonly contexts?: unknown;
  readonly clusters?: readonly { readonly cluster?: object }[];
  readonly users?: readonly { readonly user?: object }[];
}

const refusedFields = (config: RawConfig): string[] => [
  ...(config.clusters ?? []).flatMap(c => Object.keys(c.cluster ?? {}).filter(k => !CLUSTER_FIELDS.has(k)).map(k => `cluster.${k}`)),
  ...(config.users ?? []).flatMap(u => Object.keys(u.user ?? {}).filter(k => !USER_FIELDS.has(k)).map(k => `user.${k}`)),
];

const inline = (data: string | null | undefined): Buffer | undefined => (data === undefined || data === null || data === '' ? undefined : Buffer.from(data, 'base64'));

const secureContext = (caData: string | undefined, certData: string | undefined, keyData: string | undefined): SecureContext | undefined => {
  const [ca, cert, key] = [inline(caData), inline(certData), inline(keyData)];
  try {
    // OpenSSL ignores an authority it cannot read, and the server's certificate would be blamed for it.
    if (ca !== undefined) new X509Certificate(ca);
    return createSecureContext({ ...(ca === undefined ? {} : { ca }), ...(cert === undefined || key === undefined ? {} : { cert, key }) });
  } catch {
    return undefined;
  }
};

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

interface Named {
  readonly cluster: Cluster;
  readonly user: User;
}

/** The cluster and user of the current context, before any of their values are looked at. */
const currentOf = (yaml: string): Result<Named, string> => {
  try {
    const raw = parse(yaml, { logLevel: 'error' }) as RawConfig | string | null;
    if (typeof raw !== 'object' || raw === null) return no('not a kubeconfig: a YAML mapping is expected');
    const refused = refusedFields(raw);
    if (refused.length > 0) return no(`not accepted in a kubeconfig: ${refused.join(', ')}; ${ADVICE}`);
    const context = newContexts(raw.contexts).find(c => c.name === raw['current-context']);
    const cluster = newClusters(raw.clusters).find(c => c.name === context?.cluster);
    const user = newUsers(raw.users).find(u => u.name === context?.user);
    if (cluster === undefined) return no('the current context names no cluster');
    return user === undefined ? no('the current context names no user') : ok({ cluster, user });
  } catch (error) {
    // The parser's message quotes the line at fault, which may be the key itself.
    return no(`the kubeconfig cannot be read (${error instanceof Error ? error.name : 'error'}); ${ADVICE}`);
  }
};

/** The current context of a kubeconfig as a target, or the reason it is refused (a sentence for operators; no secret in it). */
export const parseKubeconfig = (yaml: string): Result<Target, string> => {
  const current = currentOf(yaml);
  if (!current.ok) return current;
  const { cluster, user } = current.value;
  if (!URL.canParse(cluster.server)) return no('cluster.server is not a URL');
  const url = new URL(cluster.server);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) return no('cluster.server must be https: a credential never travels in clear');
  if (url.username !== '' || url.password !== '') return no('cluster.server must not carry a password');
  if ((user.certData ?? '') === '' !== ((user.keyData ?? '') === '')) return no('client-certificate-data and client-key-data go together');
  const tls = secureContext(cluster.caData, user.certData, user.keyData);
  if (tls === undefined) return no('the certificates or the key are not valid PEM in base64, or the key is not the certificate\'s');
  return ok({
    origin: url.origin,
    prefix: url.pathname === '/' ? '' : url.pathname,
    tls,
    ...(user.token == null ? {} : { token: user.token }),
    ...(cluster.tlsServerName === undefined ? {} : { serverName: cluster.tlsServerName }),
  });
};
