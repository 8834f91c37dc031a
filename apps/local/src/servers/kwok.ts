import type { ChildSpec } from '../host/child.ts';
import { healthy } from '../host/http.ts';
import { LOOPBACK } from '../host/ports.ts';
import type { StateDir } from '../host/state-dir.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import type { Kubernetes } from './kubernetes.ts';

export interface KwokOptions {
  readonly binary: string;
  /** The stages, one YAML file, taken from KWOK's own module when its binary was built. */
  readonly stages: string;
  readonly port: number;
}

/** KWOK on the embedded cluster, with an identity of its own. */
export async function prepareKwok(dir: StateDir, cluster: Kubernetes, options: KwokOptions): Promise<ChildSpec> {
  const user = 'cadastre-local-kwok';
  const identity = await cluster.pki.issue({ name: 'kwok', user, groups: ['system:masters'], use: 'client' });
  return kwokSpec(dir, writeKubeconfig(dir.file('kubeconfig', 'kwok.yaml'), cluster.server, cluster.pki, identity, user), options);
}

/**
 * KWOK plays the kubelets of simulated nodes, and only of nodes that ask for it by annotation
 * (`kwok.x-k8s.io/node: fake`): a real node in the same cluster is never touched.
 */
export function kwokSpec(dir: StateDir, kubeconfig: string, options: KwokOptions): ChildSpec {
  return {
    name: 'kwok',
    command: options.binary,
    args: [
      `--kubeconfig=${kubeconfig}`, `--config=${options.stages}`,
      '--manage-all-nodes=false', '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
      '--node-lease-duration-seconds=40', `--server-address=${LOOPBACK}:${options.port}`, '--cidr=10.244.0.0/16', `--node-ip=${LOOPBACK}`,
    ],
    env: { PATH: process.env['PATH'] ?? '', HOME: dir.path },
    cwd: dir.path,
    ready: () => healthy(`http://${LOOPBACK}:${options.port}/healthz`),
    startTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    stopGraceMs: 5_000,
    remedy: 'Read the log named above; without it simulated nodes never become Ready.',
  };
}
