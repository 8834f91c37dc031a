import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { LOG_LEVELS } from '../log/index.ts';
import { setting } from './setting.ts';
import { natsUrls, port, urlOf } from './values.ts';

const packageVersion = (): string => {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return z.object({ version: z.string() }).parse(parsed).version;
};

export const env = setting({
  key: 'CADASTRE_ENV',
  schema: z.enum(['development', 'production']),
  about: 'development opens introspection, GraphiQL and the development directory; production closes them.',
  accepts: 'development or production',
  remedy: 'leave it unset for production.',
  fallback: 'production',
});

export const logLevel = setting({
  key: 'CADASTRE_LOG_LEVEL',
  schema: z.enum(LOG_LEVELS),
  about: 'The least level that is written.',
  accepts: `one of ${LOG_LEVELS.join(', ')}`,
  remedy: 'leave it unset for info.',
  fallback: 'info',
});

export const version = setting({
  key: 'CADASTRE_VERSION',
  schema: z.string().regex(/^[\w.+-]{1,64}$/),
  about: 'The version shown in logs, metrics and traces.',
  accepts: 'up to 64 letters, digits, dots, plus and minus signs',
  remedy: 'leave it unset for the version of the package.',
  fallback: packageVersion(),
});

export const databaseUrl = setting({
  key: 'DATABASE_URL',
  schema: urlOf('postgres:', 'postgresql:'),
  about: "PostgreSQL 16 or later, with the role of this process and no other's.",
  accepts: 'a postgres:// URL with host, user and database',
  remedy: 'set it to the URL of your PostgreSQL, or use npm start, which brings one up.',
  secret: 'url',
});

/** Bound into each event as the name of its log. */
export const auditOrigin = setting({
  key: 'CADASTRE_AUDIT_ORIGIN',
  schema: z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,100}[a-z0-9])?(\/[a-z0-9-]{1,20})?$/),
  about: 'Origin of the audit logs (C2SP): a host name that the operator owns, the same in every process. A lost past is followed by a new one, such as audit.example.fr/2.',
  accepts: 'a host name in lower case, optionally followed by / and a short word',
  remedy: 'choose it once, before the first event: events are bound to it.',
  fallback: 'audit.invalid',
});

export const host = setting({
  key: 'CADASTRE_HOST',
  schema: z.string().regex(/^[\w.:-]{1,253}$/),
  about: 'The address to listen on. Loopback unless told otherwise: a control plane is put on a network on purpose.',
  accepts: 'an IP address or a host name of this machine',
  remedy: 'leave it unset for 127.0.0.1.',
  fallback: '127.0.0.1',
});

export const healthPort = setting({
  key: 'CADASTRE_HEALTH_PORT',
  schema: port,
  about: 'TCP port of /livez, /readyz and /metrics; 0 asks the system for a free one.',
  accepts: 'a whole number from 0 to 65535',
  remedy: 'choose a free port.',
});

export const common = {
  auditOrigin,
  env,
  host,
  logLevel,
  version,
  databaseUrl,
  natsUrl: setting({
    key: 'NATS_URL',
    schema: natsUrls,
    about: 'NATS 2.11 or later with JetStream; several servers of one cluster are comma separated.',
    accepts: 'one or more nats:// or tls:// URLs, comma separated',
    remedy: 'set it to the URL of your NATS, or use npm start, which brings one up.',
    secret: 'url',
  }),
} as const;
