import type { ChildSpec } from '../host/child.ts';
import { healthy } from '../host/http.ts';
import { LOOPBACK } from '../host/ports.ts';
import type { Issuer } from '../servers/issuer.ts';
import { AUDIENCES } from '../issuer/users.ts';
import { trailIsOpen, type Database } from './database.ts';
import type { StackOptions } from './options.ts';
import type { SealingKeys } from './sealing.ts';
import { AUDIT_ORIGIN, type TrailFiles } from './trail.ts';
import type { TimeAuthority } from '../servers/tsa.ts';

export interface ProductParts {
  readonly database: Database;
  readonly natsUrl: string;
  readonly issuer: Issuer;
  readonly sealing: SealingKeys;
  readonly files: TrailFiles;
}

export interface SealingParts {
  readonly database: Database;
  readonly files: TrailFiles;
  readonly time: TimeAuthority | undefined;
}

export interface Product { readonly allocator: ChildSpec; readonly controller: ChildSpec; readonly doors: readonly ChildSpec[] }

/** The doors alone use decorators: tsx finds that setting only when told where it is. */
const DECORATORS = { TSX_TSCONFIG_PATH: 'apps/api/tsconfig.json' };

/** What reaches the product from the shell: exporters and verbosity, never a stray DATABASE_URL. */
const PASSED_ON = /^(OTEL_|CADASTRE_LOG_LEVEL$|CADASTRE_RESYNC_SECONDS$|NODE_EXTRA_CA_CERTS$|TZ$|LANG$)/;

export function environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const passed = Object.entries(process.env).flatMap(([key, value]) => (value !== undefined && PASSED_ON.test(key) ? [[key, value] as const] : []));
  return { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', NODE_NO_WARNINGS: '1', ...Object.fromEntries(passed), ...extra };
}

type NodeProcess = (name: string, healthPort: number, args: readonly string[], env: Readonly<Record<string, string>>) => ChildSpec;

/** How every process of the product is run; `more` is what this group of them has in common. */
function processOf(options: StackOptions, more: Readonly<Record<string, string>>): NodeProcess {
  const common = environment({ CADASTRE_ENV: 'development', CADASTRE_HOST: LOOPBACK, CADASTRE_AUDIT_ORIGIN: AUDIT_ORIGIN, ...more, ...options.productEnv });
  return (name, healthPort, args, env) => ({
    name,
    command: process.execPath,
    args,
    env: { ...common, ...env },
    cwd: options.root,
    ready: () => healthy(`http://${LOOPBACK}:${healthPort}/readyz`),
    startTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    // Ten seconds are the contract's for what is in flight; two more for closing.
    stopGraceMs: 12_000,
    remedy: 'Read the log named above; its last line names the setting or the neighbour that is missing.',
  });
}

const keeperOf = (options: StackOptions, files: TrailFiles): Readonly<Record<string, string>> => ({ CADASTRE_KEEPER_URL: `http://${LOOPBACK}:${options.ports.keeper}`, CADASTRE_KEEPER_TOKEN_FILE: files.keeperToken });

/** Ready once events are taken: whoever is started next writes some, and would be refused. */
function takingEvents(database: Database, spec: ChildSpec): ChildSpec {
  return {
    ...spec,
    ready: async () => (await spec.ready()) && (await trailIsOpen(database.url)),
    remedy: 'Read the log named above. A trail that stays frozen has a database other than the one that was sealed: npm start -- --reset begins anew, in development.',
  };
}

/** The processes of docs/contracts.md that seal the audit trail. None of them knows NATS. */
export function sealingProcesses(options: StackOptions, { database, files, time }: SealingParts): { readonly signer: ChildSpec; readonly keeper: ChildSpec; readonly notary: ChildSpec; readonly monitor: ChildSpec } {
  const { ports } = options;
  const node = processOf(options, {});
  const signer = { CADASTRE_SIGNER_TOKEN_FILE: files.signerToken };
  return {
    signer: node('signer', ports.signerHealth, ['apps/notary/src/signer/main.ts'], {
      ...signer, CADASTRE_SIGNER_PORT: String(ports.signer), CADASTRE_SIGNER_KEY: files.signerKey, CADASTRE_SIGNER_MEMORY: files.signerMemory, CADASTRE_HEALTH_PORT: String(ports.signerHealth),
    }),
    keeper: node('keeper', ports.keeperHealth, ['apps/notary/src/keeper/main.ts'], {
      CADASTRE_KEEPER_TOKEN_FILE: files.keeperToken, CADASTRE_KEEPER_PORT: String(ports.keeper), CADASTRE_KEEPER_DIRECTORY: files.subjectKeys, CADASTRE_HEALTH_PORT: String(ports.keeperHealth),
    }),
    notary: takingEvents(database, node('notary', ports.notaryHealth, ['apps/notary/src/seal/main.ts'], {
      ...signer, ...keeperOf(options, files), CADASTRE_SIGNER_URL: `http://${LOOPBACK}:${ports.signer}`, DATABASE_URL: database.as('notary'), CADASTRE_AUDIT_STORAGE: files.storageUrl, CADASTRE_AUDIT_POLICY: files.trust,
      ...(time === undefined ? {} : { CADASTRE_TSA_URL: time.url, CADASTRE_TSA_CA: time.caFile }), CADASTRE_HEALTH_PORT: String(ports.notaryHealth),
    })),
    monitor: node('monitor', ports.monitorHealth, ['apps/notary/src/monitor/main.ts'], {
      DATABASE_URL: database.as('monitor'), CADASTRE_AUDIT_STORAGE: files.storageUrl, CADASTRE_AUDIT_POLICY: files.trust, CADASTRE_MONITOR_STATE: files.monitorState,
      ...(time === undefined ? {} : { CADASTRE_TSA_URL: time.url }), CADASTRE_HEALTH_PORT: String(ports.monitorHealth),
    }),
  };
}

// The one cluster of the programme that the story tells. Another that is registered over the same API server would need its own name here.
const WATCHED_CLUSTER = 'valence-sim';

/** The cross-witness of the embedded API server. */
export function kubeAuditProcess(options: StackOptions, database: Database, auditLog: string): ChildSpec {
  const { ports } = options;
  return processOf(options, {})('kubeaudit', ports.kubeauditHealth, ['apps/notary/src/kubeaudit/main.ts'], {
    DATABASE_URL: database.as('monitor'), CADASTRE_KUBE_AUDIT_FILES: `${WATCHED_CLUSTER}=${auditLog}`, CADASTRE_HEALTH_PORT: String(ports.kubeauditHealth),
  });
}

/** The four processes of docs/contracts.md that serve, place and run, with the environment it names. */
export function product(options: StackOptions, parts: ProductParts): Product {
  const { ports } = options;
  const node = processOf(options, { NATS_URL: parts.natsUrl });
  const door = { ...DECORATORS, ...keeperOf(options, parts.files), CADASTRE_AUDIT_STORAGE: parts.files.storageUrl };
  return {
    allocator: node('allocator', ports.allocatorHealth, ['apps/allocator/src/main.ts'], {
      DATABASE_URL: parts.database.as('allocator'), CADASTRE_REGIONS: '*', CADASTRE_HEALTH_PORT: String(ports.allocatorHealth),
    }),
    controller: node('controller', ports.controllerHealth, ['apps/controller/src/main.ts'], {
      DATABASE_URL: parts.database.as('controller'), CADASTRE_SEALING_PRIVATE_KEY: parts.sealing.privatePath, CADASTRE_HEALTH_PORT: String(ports.controllerHealth),
    }),
    doors: [
      node('door-tenant', ports.tenant, ['--import', './apps/api/register.mjs', 'apps/api/src/main.ts'], {
        ...door, DATABASE_URL: parts.database.as('tenant'), CADASTRE_DOOR: 'tenant', CADASTRE_PORT: String(ports.tenant), CADASTRE_ISSUER: parts.issuer.tenantIssuer, CADASTRE_AUDIENCE: AUDIENCES.tenant,
      }),
      node('door-provider', ports.provider, ['--import', './apps/api/register.mjs', 'apps/api/src/main.ts'], {
        ...door, DATABASE_URL: parts.database.as('provider'), CADASTRE_DOOR: 'provider', CADASTRE_PORT: String(ports.provider), CADASTRE_ISSUER: parts.issuer.providerIssuer, CADASTRE_AUDIENCE: AUDIENCES.provider,
        CADASTRE_SEALING_PUBLIC_KEY: parts.sealing.publicPath,
      }),
    ],
  };
}
