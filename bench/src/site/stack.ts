import { serversFolder } from '../../../apps/local/setup/servers.mjs';
import { AUDIENCES } from '../../../apps/local/src/issuer/users.ts';
import { requireBinaries } from '../../../apps/local/src/servers/binaries.ts';
import { prepareIssuer } from '../../../apps/local/src/servers/issuer.ts';
import { preparePostgres } from '../../../apps/local/src/servers/postgres.ts';
import { ensureDatabase, migrate, type Database } from '../../../apps/local/src/stack/database.ts';
import { anyPorts } from '../../../apps/local/src/stack/ports.ts';
import { environment, product } from '../../../apps/local/src/stack/product.ts';
import { openTrailFiles } from '../../../apps/local/src/stack/trail.ts';
import { openSealingKeys } from '../../../apps/local/src/stack/sealing.ts';
import { startNats } from '../../../apps/local/src/stack/servers.ts';
import type { ChildSpec } from '../../../apps/local/src/host/child.ts';
import type { Context } from '../harness/context.ts';

/** pgbench and Placement bring up to 256 connections of their own beside the product's pools. */
const MAX_CONNECTIONS = 400;

export interface Servers {
  /** Superuser, database `postgres`. */
  readonly serverUrl: string;
  readonly database: Database;
  readonly issuer: string;
  readonly audience: string;
  readonly tenantUrl: string;
  readonly pids: { readonly postgres: number; readonly allocator: number; readonly door: number };
}

/**
 * The floors that an order passes on its way to its answer: PostgreSQL and NATS as `npm start` runs them, the development issuer, one allocator, one
 * tenant door. No cluster, no relay, no controller: what they do happens after the answer. `declare` fills the database before the allocator reads it.
 */
export const startServers = async (c: Context, declare: (superuserUrl: string) => Promise<void>): Promise<Servers> => {
  const { family, dir, root } = c;
  const ports = await anyPorts();
  const binaries = requireBinaries(process.env['CADASTRE_SERVERS'] ?? serversFolder(root));
  const postgres = await preparePostgres(dir, { port: ports.postgres, maxConnections: MAX_CONNECTIONS });
  const server = await family.start(postgres.spec);
  const issuer = prepareIssuer(dir, { root, tenantPort: ports.tenantIssuer, providerPort: ports.providerIssuer });
  const [nats, database] = await Promise.all([
    startNats(family, ports, binaries),
    ensureDatabase(postgres.url).then((url) => migrate(dir, root, url, environment())),
    family.start(issuer.spec),
  ]);
  await declare(database.url);
  const options = { root, state: dir.path, ports, servers: undefined, cluster: 'embedded' as const, say: c.say, productEnv: { CADASTRE_LOG_LEVEL: 'warn', CADASTRE_REQUESTS_PER_SECOND: '1000000' } };
  const specs = product(options, { database, natsUrl: nats.url, issuer, sealing: await openSealingKeys(dir), files: await openTrailFiles(dir, root, ports) });
  const tenantDoor = specs.doors.find((spec) => spec.name === 'door-tenant');
  if (tenantDoor === undefined) throw new Error('the product has no tenant door');
  const allocator = await family.start(profiled(specs.allocator, c));
  const door = await family.start(profiled(tenantDoor, c));
  return {
    serverUrl: postgres.url, database, issuer: issuer.tenantIssuer, audience: AUDIENCES.tenant, tenantUrl: `http://127.0.0.1:${ports.tenant}`,
    pids: { postgres: alive(server.pid), allocator: alive(allocator.pid), door: alive(door.pid) },
  };
};

const alive = (pid: number | undefined): number => {
  if (pid === undefined) throw new Error('a server ended while the benchmark was starting; its log is in the folder named above');
  return pid;
};

const profiled = (spec: ChildSpec, c: Context): ChildSpec => {
  const folder = c.options.profile;
  return folder === undefined ? spec : { ...spec, args: ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${spec.name}.cpuprofile`, ...spec.args] };
};
