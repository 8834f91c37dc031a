import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { StackError } from '../host/stack-error.ts';
import { exists } from '../host/state-dir.ts';
import { requireBinaries, binariesIn } from '../servers/binaries.ts';
import { kwokSpec } from '../servers/kwok.ts';
import type { Family } from './family.ts';
import type { StackOptions } from './options.ts';
import { startKubernetes } from './servers.ts';

/** `kubeconfig` is what the product is given; `admin` and the API server's own audit log only exist when the cluster is ours. */
export interface Cluster { readonly kubeconfig: string; readonly admin?: string; readonly auditLog?: string }

const KIND_NAME = 'cadastre-local';
const run = promisify(execFile);

/** The embedded control plane, one's own cluster, or kind: in that order of what was asked for. */
export async function startCluster(family: Family, options: StackOptions): Promise<Cluster> {
  if (options.kubeconfig !== undefined) return ownCluster(family, options, options.kubeconfig);
  if (options.cluster === 'kind') return ownCluster(family, options, await kindCluster(family, options.say));
  const embedded = await startKubernetes(family, options.ports, requireBinaries(options.servers));
  return { kubeconfig: embedded.productKubeconfig, admin: embedded.adminKubeconfig, auditLog: embedded.auditLog };
}

/** KWOK runs beside a foreign cluster too, or its simulated nodes would never be Ready. It touches no other node. */
async function ownCluster(family: Family, options: StackOptions, kubeconfig: string): Promise<Cluster> {
  try {
    readFileSync(kubeconfig);
  } catch {
    throw new StackError('CLUSTER_UNAVAILABLE', `KUBECONFIG names ${kubeconfig}, which cannot be read.`, 'Name one readable file, or unset KUBECONFIG to use the embedded cluster.');
  }
  const binaries = options.servers === undefined ? undefined : binariesIn(options.servers);
  if (binaries === undefined || !exists(binaries.kwok)) {
    options.say('KWOK is not built here: simulated nodes become Ready only if the cluster runs KWOK itself.');
    return { kubeconfig };
  }
  await family.start(kwokSpec(family.dir, kubeconfig, { binary: binaries.kwok, stages: binaries.kwokStages, port: options.ports.kwok }));
  return { kubeconfig };
}

async function kindCluster(family: Family, say: (line: string) => void): Promise<string> {
  await answers('docker', ['info'], 'Docker does not answer, and --cluster kind needs it.', 'Start Docker, or leave --cluster out: the embedded cluster needs no Docker.');
  await answers('kind', ['version'], 'kind is not on the PATH.', 'Install it (go install sigs.k8s.io/kind@latest), or leave --cluster out.');
  const kubeconfig = family.dir.file('kubeconfig', 'kind.yaml');
  family.dir.folder('kubeconfig');
  const { stdout } = await run('kind', ['get', 'clusters']);
  if (stdout.split('\n').includes(KIND_NAME)) {
    await run('kind', ['export', 'kubeconfig', '--name', KIND_NAME, '--kubeconfig', kubeconfig]);
    return kubeconfig;
  }
  say(`creating the kind cluster ${KIND_NAME}; it stays after the stop (kind delete cluster --name ${KIND_NAME})`);
  await answers('kind', ['create', 'cluster', '--name', KIND_NAME, '--kubeconfig', kubeconfig, '--wait', '180s'], 'kind could not create its cluster.', 'The lines above are its own; docker ps and docker logs may say more.');
  return kubeconfig;
}

async function answers(command: string, args: readonly string[], sentence: string, remedy: string): Promise<void> {
  try {
    await run(command, [...args]);
  } catch (e) {
    const said = e instanceof Error && 'stderr' in e ? String(e.stderr).trim() : '';
    throw new StackError('CLUSTER_UNAVAILABLE', said === '' ? sentence : `${sentence}\n    ${said.split('\n').slice(-3).join('\n    ')}`, remedy);
  }
}
