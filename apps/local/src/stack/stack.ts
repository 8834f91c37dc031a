import { rmSync } from 'node:fs';
import { writeJson } from '../host/files.ts';
import { LOOPBACK, requireFree } from '../host/ports.ts';
import { StateDir } from '../host/state-dir.ts';
import { requireBinaries } from '../servers/binaries.ts';
import { prepareTimeAuthority, type TimeAuthority } from '../servers/tsa.ts';
import { prepareIssuer, type Issuer } from '../servers/issuer.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { ensureDatabase, migrate, type Database } from './database.ts';
import { Family } from './family.ts';
import type { RunFile, StackOptions } from './options.ts';
import type { PortName } from './ports.ts';
import { environment, kubeAuditProcess, product, sealingProcesses } from './product.ts';
import { openSealingKeys } from './sealing.ts';
import { startNats, startPostgres } from './servers.ts';
import { AUDIT_ORIGIN, openTrailFiles, witnessSpecs, type TrailFiles } from './trail.ts';

/** A running stack: where it listens, and the handles that fault tests need. */
export interface Stack {
  readonly run: RunFile;
  readonly database: Database;
  readonly state: string;
  /** Name → pid of what is alive now: postgres, nats, etcd, kube-apiserver, …, issuer, tsa, signer, keeper, witness-1, witness-2, notary, monitor, kubeaudit, allocator, controller, door-tenant, door-provider. */
  pids(): Record<string, number>;
  names(): string[];
  /** A signal to one child, as a fault would send it. */
  kill(name: string, signal: NodeJS.Signals): void;
  /** Keeps a dead child dead until `resumeRestarts`. */
  pauseRestarts(name: string): void;
  resumeRestarts(name: string): void;
  /** Waits until the child answers (again). */
  waitReady(name: string, timeoutMs?: number): Promise<void>;
  logFile(name: string): string;
  /** Ends everything in order; the state stays. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  killAll(): void;
}

const READY_AGAIN_MS = 60_000;

/** Starts every part that is not brought from outside. On failure nothing is left running. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dir = await StateDir.claim(options.state, options.say);
  const runPath = dir.file('run.json');
  let current: RunFile | undefined;
  const family: Family = new Family(dir, { say: options.say, reborn: () => { if (current !== undefined) publish(); } });
  const publish = (): void => {
    current = { ...current, pids: { stack: process.pid, ...family.pids() } } as RunFile;
    writeJson(runPath, current);
  };
  const stop = async (): Promise<void> => {
    current = undefined;
    rmSync(runPath, { force: true });
    await family.stop();
    dir.release();
  };
  const abort = (): void => { void family.stop(); };
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    current = announced(options);
    writeJson(runPath, current);
    await checkPorts(options);
    const parts = await startParts(family, options);
    options.signal?.throwIfAborted();
    current = { ...current, ready: true, databaseUrl: parts.database.url, natsUrl: parts.natsUrl, kubeconfig: parts.cluster.kubeconfig, ...(parts.cluster.admin === undefined ? {} : { kubeconfigAdmin: parts.cluster.admin }), ...parts.trail };
    publish();
    return handle(family, parts.database, () => current ?? announced(options), stop);
  } catch (e) {
    await stop();
    throw e;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

function handle(family: Family, database: Database, run: () => RunFile, stop: () => Promise<void>): Stack {
  return {
    get run() { return run(); },
    database,
    state: family.dir.path,
    pids: () => family.pids(),
    names: () => family.names(),
    kill: (name, signal) => { family.get(name).kill(signal); },
    pauseRestarts: (name) => { family.get(name).pauseRestarts(); },
    resumeRestarts: (name) => { family.get(name).resumeRestarts(); },
    waitReady: (name, timeoutMs = READY_AGAIN_MS) => family.get(name).waitReady(timeoutMs),
    logFile: (name) => family.get(name).logFile,
    stop,
    killAll: () => { family.killAll(); },
  };
}

type Trail = Pick<RunFile, 'trustFile' | 'auditStorage' | 'witnessUrls' | 'tsaCaFile'>;
interface Parts { readonly database: Database; readonly natsUrl: string; readonly cluster: Cluster; readonly issuer: Issuer; readonly trail: Trail }

/** Side by side where one does not need the other: on two cores it is the API server that everything waits for. */
async function startParts(family: Family, options: StackOptions): Promise<Parts> {
  const { ports, root } = options;
  const issuer = prepareIssuer(family.dir, { root, tenantPort: ports.tenantIssuer, providerPort: ports.providerIssuer });
  const [{ database, trail, files }, natsUrl, cluster, sealing] = await Promise.all([
    startSealing(family, options),
    options.natsUrl ?? startNats(family, ports, requireBinaries(options.servers)).then((nats) => nats.url),
    startCluster(family, options),
    openSealingKeys(family.dir),
    family.start(issuer.spec),
  ]);
  const processes = product(options, { database, natsUrl, issuer, sealing, files });
  const witness = cluster.auditLog === undefined ? [] : [kubeAuditProcess(options, database, cluster.auditLog)];
  await Promise.all([processes.allocator, processes.controller, ...processes.doors, ...witness].map((spec) => family.start(spec)));
  return { database, natsUrl, cluster, issuer, trail };
}

/**
 * The database, and then whoever seals it, before anybody writes: a server that started again takes no event until the notary has compared it with what was signed.
 */
async function startSealing(family: Family, options: StackOptions): Promise<{ readonly database: Database; readonly trail: Trail; readonly files: TrailFiles }> {
  const [database, files, time] = await Promise.all([startDatabase(family, options), openTrailFiles(family.dir, options.root, options.ports), startTimeAuthority(family, options)]);
  const { signer, keeper, notary, monitor } = sealingProcesses(options, { database, files, time });
  await Promise.all([family.start(signer), family.start(keeper), ...witnessSpecs(files, options.root).map((spec) => family.start(spec))]);
  await family.start(notary);
  await family.start(monitor);
  return { database, files, trail: { ...announcedTrail(files), ...(time === undefined ? {} : { tsaCaFile: time.caFile }) } };
}

const announcedTrail = (files: TrailFiles): Trail => ({ trustFile: files.trust, auditStorage: files.storage, witnessUrls: files.witnesses.map((w) => w.url) });

async function startTimeAuthority(family: Family, options: StackOptions): Promise<TimeAuthority | undefined> {
  const time = await prepareTimeAuthority(family.dir, { root: options.root, port: options.ports.tsa });
  if (time !== undefined) await family.start(time.spec);
  return time;
}

async function startDatabase(family: Family, options: StackOptions): Promise<Database> {
  const url = options.databaseUrl ?? await ensureDatabase((await startPostgres(family, options.ports)).url);
  return migrate(family.dir, options.root, url, environment());
}

/** Before anything starts: a port in use found after a minute would be a worse sentence. */
async function checkPorts(options: StackOptions): Promise<void> {
  const notOurs = new Set<PortName>([
    ...(options.databaseUrl === undefined ? [] : ['postgres'] as const),
    ...(options.natsUrl === undefined ? [] : ['nats', 'natsMonitor'] as const),
    ...(options.kubeconfig === undefined && options.cluster === 'embedded' ? [] : ['etcd', 'etcdPeer', 'etcdMetrics', 'apiserver', 'controllerManager', 'scheduler'] as const),
  ]);
  for (const [name, port] of Object.entries(options.ports) as [PortName, number][]) {
    if (!notOurs.has(name)) await requireFree(name, port);
  }
}

function announced(options: StackOptions): RunFile {
  const origin = (port: number): string => `http://${LOOPBACK}:${port}`;
  const { ports } = options;
  return {
    ready: false,
    tenantUrl: origin(ports.tenant), providerUrl: origin(ports.provider),
    tenantIssuer: origin(ports.tenantIssuer), providerIssuer: origin(ports.providerIssuer),
    auditOrigin: AUDIT_ORIGIN, trustFile: '', auditStorage: '', witnessUrls: [],
    databaseUrl: options.databaseUrl ?? '', natsUrl: options.natsUrl ?? '', kubeconfig: options.kubeconfig ?? '',
    pids: { stack: process.pid },
  };
}
