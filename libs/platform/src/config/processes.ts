import { z } from 'zod';
import { common, databaseUrl, env, healthPort, logLevel, version } from './common.ts';
import { exportStorage, storageHasCredentials } from './audit-storage.ts';
import { keeperClient, keeperHasToken } from './keeper.ts';
import type { ConfigDescription, Loaded, Settings } from './setting.ts';
import { setting } from './setting.ts';
import { filePath, port, urlOf, wholeNumber } from './values.ts';

const describe = <S extends Settings>(of: ConfigDescription<S>): ConfigDescription<S> => of;

/** Either door. Which one decides the schema, the directory and the database role. */
export const doorConfig = describe({
  process: 'the door',
  settings: {
    ...common,
    door: setting({
      key: 'CADASTRE_DOOR',
      schema: z.enum(['tenant', 'provider']),
      about: 'Which door this process is: one process is never both (SecNumCloud 3.2 §9.6).',
      accepts: 'tenant or provider',
      remedy: 'start one process for each.',
    }),
    port: setting({
      key: 'CADASTRE_PORT',
      schema: port,
      about: 'TCP port of GraphQL, health and metrics; 0 asks the system for a free one.',
      accepts: 'a whole number from 0 to 65535',
      remedy: 'choose a free port.',
    }),
    issuer: setting({
      key: 'CADASTRE_ISSUER',
      schema: urlOf('http:', 'https:'),
      about: "OpenID Connect issuer of this door's directory, exactly as in the tokens' iss.",
      accepts: 'an https:// URL (http:// only to this machine, in development)',
      remedy: 'copy it from the issuer field of its /.well-known/openid-configuration.',
    }),
    audience: setting({
      key: 'CADASTRE_AUDIENCE',
      schema: z.string().min(1).max(200),
      about: 'The aud that an access token must name.',
      accepts: 'a text such as urn:cadastre:tenant',
      remedy: 'use the audience that the issuer puts into its access tokens for this door.',
    }),
    requestsPerSecond: setting({
      key: 'CADASTRE_REQUESTS_PER_SECOND',
      schema: wholeNumber(1, 1_000_000),
      fallback: '500',
      about: 'GraphQL requests a second that one organisation (at the provider door one person) may send, twice as many at once after a pause; more are answered 429.',
      accepts: 'a whole number from 1 to 1000000',
      remedy: 'leave it unset unless a tenant has a reason to ask more.',
    }),
    ...keeperClient,
    ...exportStorage,
    sealingPublicKeyFile: setting({
      key: 'CADASTRE_SEALING_PUBLIC_KEY',
      schema: filePath.optional(),
      about: 'Path of the public JWK that cluster credentials are sealed to; the provider door needs it, the tenant door must not have it.',
      accepts: 'the path of a JWK file',
      remedy: 'generate the pair once and give the public half to the provider door only.',
    }),
  },
  rules: [
    keeperHasToken,
    storageHasCredentials,
    c =>
      c.door === 'provider' && c.sealingPublicKeyFile === undefined
        ? [{ field: 'sealingPublicKeyFile', because: 'the provider door needs it to seal cluster credentials: generate the pair once and name the public half here.' }]
        : [],
    c =>
      c.door === 'tenant' && c.sealingPublicKeyFile !== undefined
        ? [{ field: 'sealingPublicKeyFile', because: 'the tenant door never sees a cluster credential: unset it there.' }]
        : [],
    c =>
      c.env === 'production' && new URL(c.issuer).protocol === 'http:'
        ? [{ field: 'issuer', because: 'in production tokens are only trusted from an https:// issuer; set CADASTRE_ENV=development for a development directory.' }]
        : [],
  ],
});

/** Of the allocator, which tells it, and of the controller, which grants it. */
const yieldNoticeSeconds = setting({
  key: 'CADASTRE_YIELD_NOTICE_SECONDS',
  schema: wholeNumber(1, 3_600),
  about: 'Seconds that an interruptible instance has between SIGTERM and the end, when it gives way; the same for the allocator and the controller.',
  accepts: 'a whole number of seconds from 1 to 3600',
  remedy: 'leave it unset for 120.',
  fallback: '120',
});

/** The single writer of capacity. */
export const allocatorConfig = describe({
  process: 'the allocator',
  settings: {
    ...common,
    regions: setting({
      key: 'CADASTRE_REGIONS',
      schema: z
        .string()
        .regex(/^(\*|[a-z][a-z0-9-]{0,62}(\s*,\s*[a-z][a-z0-9-]{0,62})*)$/)
        .transform((text): '*' | readonly string[] => (text === '*' ? '*' : [...new Set(text.split(',').map(code => code.trim()))])),
      about: 'The regions whose capacity this process may write; the lease in the database decides who does.',
      accepts: '* or region codes in lower case, comma separated',
      remedy: 'use * when one allocator serves every region.',
    }),
    inventorySeconds: setting({
      key: 'CADASTRE_INVENTORY_SECONDS',
      schema: wholeNumber(1, 3_600),
      about: 'Seconds between two looks at regions, racks, machines and pools, which makes a lost wake-up harmless.',
      accepts: 'a whole number of seconds from 1 to 3600',
      remedy: 'leave it unset for 10.',
      fallback: '10',
    }),
    leaseSeconds: setting({
      key: 'CADASTRE_LEASE_SECONDS',
      schema: wholeNumber(1, 60),
      about: "Seconds that a region's lease lives without renewal: how long a region stands still after its allocator died.",
      accepts: 'a whole number of seconds from 1 to 60',
      remedy: 'leave it unset for 6.',
      fallback: '6',
    }),
    yields: setting({
      key: 'CADASTRE_YIELD',
      schema: z.enum(['on', 'off']),
      about: 'Whether interruptible instances give way to orders that do not fit.',
      accepts: 'on or off',
      remedy: 'leave it unset for on.',
      fallback: 'on',
    }),
    yieldNoticeSeconds,
    snapshotEntries: setting({
      key: 'CADASTRE_SNAPSHOT_ENTRIES',
      schema: wholeNumber(1, 10_000_000),
      about: "Entries of a region's ledger between two snapshots: as many are folded at most when an allocator starts.",
      accepts: 'a whole number from 1 to 10000000',
      remedy: 'leave it unset for 50000.',
      fallback: '50000',
    }),
    healthPort,
  },
});

/** Reconcilers and relay. */
export const controllerConfig = describe({
  process: 'the controller',
  settings: {
    ...common,
    sealingPrivateKeyFile: setting({
      key: 'CADASTRE_SEALING_PRIVATE_KEY',
      schema: filePath,
      about: 'Path of the private JWK that opens cluster credentials; readable by this process only.',
      accepts: 'the path of a JWK file',
      remedy: 'generate the pair once and give the private half to the controller only.',
    }),
    healthPort,
    yieldNoticeSeconds,
    resyncSeconds: setting({
      key: 'CADASTRE_RESYNC_SECONDS',
      schema: wholeNumber(1, 86_400),
      about: 'Seconds between two looks at every object, which makes a lost wake-up harmless.',
      accepts: 'a whole number of seconds from 1 to 86400',
      remedy: 'leave it unset for 30.',
      fallback: '30',
    }),
    leaseWarningSeconds: setting({
      key: 'CADASTRE_LEASE_WARNING_SECONDS',
      schema: wholeNumber(60, 2_592_000),
      about: "Seconds before the end of an instance's lease at which its tenant is warned; a tenth of the lease where that is less.",
      accepts: 'a whole number of seconds from 60 to 2592000',
      remedy: 'leave it unset for 86400, a day.',
      fallback: '86400',
    }),
  },
});

const password = (role: string) =>
  setting({
    key: `CADASTRE_DB_PASSWORD_${role.toUpperCase()}`,
    schema: z.string().min(12).max(200),
    about: `Password given to the database role cadastre_${role}.`,
    accepts: 'at least 12 characters',
    remedy: 'draw one at random, and put it into the DATABASE_URL of the process that has the role.',
    secret: 'all',
  });

const passwords = {
  passwordMigrate: password('migrate'),
  passwordTenant: password('tenant'),
  passwordProvider: password('provider'),
  passwordAllocator: password('allocator'),
  passwordController: password('controller'),
  passwordNotary: password('notary'),
  passwordMonitor: password('monitor'),
} as const;

/** Creates the roles and applies the migrations, once, then exits. Its DATABASE_URL is a superuser's or the owner's. */
export const migrateConfig = describe({ process: 'the migration', settings: { env, logLevel, version, databaseUrl, ...passwords } });

export type DoorConfig = Loaded<typeof doorConfig.settings>;
export type AllocatorConfig = Loaded<typeof allocatorConfig.settings>;
export type ControllerConfig = Loaded<typeof controllerConfig.settings>;
export type MigrateConfig = Loaded<typeof migrateConfig.settings>;
