import { z } from 'zod';
import { auditOrigin, databaseUrl, env, healthPort, host, logLevel, version } from './common.ts';
import type { ConfigDescription, Loaded, Settings } from './setting.ts';
import { setting } from './setting.ts';
import { filePath, port, wholeNumber } from './values.ts';

const describe = <S extends Settings>(of: ConfigDescription<S>): ConfigDescription<S> => of;

const FILE = /^\s*([\w.-]{1,80})=(\/[^,\0]+?)\s*$/;

/** Lays the audit logs of API servers beside what the controller announced. Its DATABASE_URL is the monitor's: never the controller's, which is what it watches. */
export const kubeAuditConfig = describe({
  process: 'the cross-witness',
  settings: {
    auditOrigin,
    env,
    host,
    logLevel,
    version,
    databaseUrl,
    healthPort,
    files: setting({
      key: 'CADASTRE_KUBE_AUDIT_FILES',
      schema: z.string().refine(text => text === '' || text.split(',').every(part => FILE.test(part)))
        .transform(text => (text === '' ? [] : text.split(',').map(part => ({ cluster: FILE.exec(part)?.[1] ?? '', path: FILE.exec(part)?.[2] ?? '' })))),
      about: 'The audit log files of API servers (--audit-log-path, JSON lines, not compressed when rotated), each with the name or the id of its cluster.',
      accepts: 'cluster=/path, comma separated',
      remedy: 'leave it unset when the API servers send their events to CADASTRE_KUBE_AUDIT_PORT.',
      fallback: '',
    }),
    users: setting({
      key: 'CADASTRE_KUBE_AUDIT_USERS',
      schema: z.string().regex(/^[^,\s]+(\s*,\s*[^,\s]+)*$/).transform(text => text.split(',').map(name => name.trim())),
      about: 'User names with which the controller acts in clusters, as their API servers write them (system:serviceaccount:<namespace>:<name> for a service account).',
      accepts: 'user names, comma separated',
      remedy: 'take them from the credentials that clusters were registered with.',
      fallback: 'cadastre',
    }),
    graceSeconds: setting({
      key: 'CADASTRE_KUBE_AUDIT_GRACE_SECONDS',
      schema: wholeNumber(1, 300),
      about: 'Seconds that a change may wait for the event that announces it, before it is reported.',
      accepts: 'a whole number of seconds from 1 to 300',
      remedy: 'leave it unset for 5: the event is committed before the change is made.',
      fallback: '5',
    }),
    webhookPort: setting({
      key: 'CADASTRE_KUBE_AUDIT_PORT',
      schema: port.optional(),
      about: 'TCP port on which API servers send their events (POST /kube-audit/<id of the cluster>); unset: files only. Behind TLS of your own, as all ports of the product.',
      accepts: 'a whole number from 0 to 65535',
      remedy: 'choose a free port, and set CADASTRE_KUBE_AUDIT_TOKEN_FILE.',
    }),
    webhookTokenFile: setting({
      key: 'CADASTRE_KUBE_AUDIT_TOKEN_FILE',
      schema: filePath.optional(),
      about: 'Path of the file whose one line is the bearer token that API servers send.',
      accepts: 'the path of a readable file of one line of 32 characters or more',
      remedy: 'draw it once at random (openssl rand -hex 32) and put it into the webhook kubeconfig of the API servers.',
    }),
  },
  rules: [
    c => ((c.webhookPort === undefined) === (c.webhookTokenFile === undefined) ? [] : [{ field: 'webhookTokenFile', because: 'CADASTRE_KUBE_AUDIT_PORT and CADASTRE_KUBE_AUDIT_TOKEN_FILE belong together.' }]),
    c => (c.files.length > 0 || c.webhookPort !== undefined ? [] : [{ field: 'files', because: 'there is nothing to watch: name files, or a port.' }]),
  ],
});

export type KubeAuditConfig = Loaded<typeof kubeAuditConfig.settings>;
