import { setTimeout as after } from 'node:timers/promises';
import type { Binaries } from '../servers/binaries.ts';
import { prepareKubernetes, isUsable, type Kubernetes } from '../servers/kubernetes.ts';
import { prepareKwok } from '../servers/kwok.ts';
import { prepareNats, type Nats } from '../servers/nats.ts';
import { preparePostgres, type Postgres } from '../servers/postgres.ts';
import { grantProduct } from '../servers/rbac.ts';
import { StackError } from '../host/stack-error.ts';
import type { Family } from './family.ts';
import type { Ports } from './ports.ts';

export type Say = (line: string) => void;

const USABLE_WITHIN_MS = 60_000;

export async function startPostgres(family: Family, ports: Ports): Promise<Postgres> {
  const postgres = await preparePostgres(family.dir, { port: ports.postgres });
  await family.start(postgres.spec);
  return postgres;
}

export async function startNats(family: Family, ports: Ports, binaries: Binaries): Promise<Nats> {
  const nats = prepareNats(family.dir, { binary: binaries.natsServer, port: ports.nats, monitorPort: ports.natsMonitor });
  await family.start(nats.spec);
  return nats;
}

/** etcd, then the API server, then the three that need it, side by side. Resolves when a pod could be created. */
export async function startKubernetes(family: Family, ports: Ports, binaries: Binaries): Promise<Kubernetes> {
  const cluster = await prepareKubernetes(family.dir, ports, binaries);
  const kwok = await prepareKwok(family.dir, cluster, { binary: binaries.kwok, stages: binaries.kwokStages, port: ports.kwok });
  await family.start(cluster.etcd);
  await family.start(cluster.apiserver);
  await Promise.all([family.start(cluster.controllerManager), family.start(cluster.scheduler), family.start(kwok), grantProduct(cluster)]);
  const deadline = Date.now() + USABLE_WITHIN_MS;
  while (!(await isUsable(cluster))) {
    if (Date.now() > deadline) throw new StackError('START_TIMEOUT', 'The cluster answers, but its default service account did not appear within 60 s.', 'Read logs/kube-controller-manager.log in the state folder.');
    await after(100);
  }
  return cluster;
}
