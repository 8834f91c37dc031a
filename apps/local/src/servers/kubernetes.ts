import { writeFileSync } from 'node:fs';
import type { ChildSpec } from '../host/child.ts';
import { healthy, probe, type Tls } from '../host/http.ts';
import { LOOPBACK } from '../host/ports.ts';
import type { StateDir } from '../host/state-dir.ts';
import { AUDIT_ROTATION, auditPolicy } from './audit-policy.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { openPki, type Credential, type Pki } from './pki.ts';

export interface KubernetesPorts {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly etcdMetrics: number;
  readonly apiserver: number;
  readonly controllerManager: number;
  readonly scheduler: number;
}

export interface KubernetesBinaries {
  readonly etcd: string;
  readonly apiserver: string;
  readonly controllerManager: string;
  readonly scheduler: string;
}

/** A control plane without kubelets: a real API server, scheduler and controllers; KWOK stands in for the nodes. */
export interface Kubernetes {
  readonly etcd: ChildSpec;
  readonly apiserver: ChildSpec;
  readonly controllerManager: ChildSpec;
  readonly scheduler: ChildSpec;
  readonly server: string;
  readonly pki: Pki;
  /** system:masters: for setting up and for tests, never given to the product. */
  readonly adminKubeconfig: string;
  readonly adminTls: Required<Tls>;
  /** The product's own identity, user `cadastre`; what it may do is in rbac.ts. */
  readonly productKubeconfig: string;
  /** The API server's own audit log, JSON lines: what the product is compared with. */
  readonly auditLog: string;
}

interface Plan { readonly dir: StateDir; readonly ports: KubernetesPorts; readonly binaries: KubernetesBinaries; readonly pki: Pki }

export async function prepareKubernetes(dir: StateDir, ports: KubernetesPorts, binaries: KubernetesBinaries): Promise<Kubernetes> {
  const pki = await openPki(dir);
  const server = `https://${LOOPBACK}:${ports.apiserver}`;
  const plan: Plan = { dir, ports, binaries, pki };
  const audit = { policy: dir.file('audit-policy.json'), log: `${dir.folder('kube-audit')}/audit.log` };
  writeFileSync(audit.policy, JSON.stringify(auditPolicy('cadastre')));
  const serving = await pki.issue({ name: 'serving', user: 'cadastre-local', use: 'both' });
  const admin = await pki.issue({ name: 'admin', user: 'cadastre-local-admin', groups: ['system:masters'], use: 'client' });
  const product = await pki.issue({ name: 'cadastre', user: 'cadastre', use: 'client' });
  const config = async (name: string, user: string): Promise<string> =>
    writeKubeconfig(dir.file('kubeconfig', `${name}.yaml`), server, pki, await pki.issue({ name, user, use: 'client' }), user);
  const adminTls = { ca: pki.ca, cert: admin.cert, key: admin.key };
  return {
    server, pki, adminTls, auditLog: audit.log,
    adminKubeconfig: writeKubeconfig(dir.file('kubeconfig', 'admin.yaml'), server, pki, admin, 'cadastre-local-admin'),
    productKubeconfig: writeKubeconfig(dir.file('kubeconfig', 'cadastre.yaml'), server, pki, product, 'cadastre'),
    etcd: etcdSpec(plan, serving),
    apiserver: apiserverSpec(plan, serving, server, adminTls, audit),
    controllerManager: controllerManagerSpec(plan, serving, await config('controller-manager', 'system:kube-controller-manager')),
    scheduler: schedulerSpec(plan, serving, await config('scheduler', 'system:kube-scheduler')),
  };
}

const REMEDY = 'Read the log named above; npm start -- --reset starts from an empty cluster.';

function base(plan: Plan): Pick<ChildSpec, 'env' | 'cwd' | 'startTimeoutMs' | 'stopSignal' | 'remedy'> {
  return { env: { PATH: process.env['PATH'] ?? '', HOME: plan.dir.path }, cwd: plan.dir.path, startTimeoutMs: 60_000, stopSignal: 'SIGTERM', remedy: REMEDY };
}

function etcdSpec(plan: Plan, serving: Credential): ChildSpec {
  const { dir, ports, pki } = plan;
  const client = `https://${LOOPBACK}:${ports.etcd}`;
  const peer = `http://${LOOPBACK}:${ports.etcdPeer}`;
  return {
    ...base(plan),
    name: 'etcd',
    command: plan.binaries.etcd,
    args: [
      '--name=local', `--data-dir=${dir.file('etcd')}`,
      `--listen-client-urls=${client}`, `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=local=${peer}`,
      // Every secret of the cluster is in here: other users of this machine must not read it just because they can connect.
      `--cert-file=${serving.certPath}`, `--key-file=${serving.keyPath}`, '--client-cert-auth=true', `--trusted-ca-file=${pki.caPath}`,
      `--listen-metrics-urls=http://${LOOPBACK}:${ports.etcdMetrics}`,
      '--auto-compaction-mode=periodic', '--auto-compaction-retention=10m', '--snapshot-count=10000', '--log-level=warn',
    ],
    ready: () => healthy(`http://${LOOPBACK}:${ports.etcdMetrics}/health`),
    stopGraceMs: 10_000,
  };
}

function apiserverSpec(plan: Plan, serving: Credential, server: string, admin: Tls, audit: { readonly policy: string; readonly log: string }): ChildSpec {
  const { ports, pki } = plan;
  return {
    ...base(plan),
    name: 'kube-apiserver',
    command: plan.binaries.apiserver,
    args: [
      `--bind-address=${LOOPBACK}`, `--advertise-address=${LOOPBACK}`, `--secure-port=${ports.apiserver}`,
      // No endpoints for the `kubernetes` service: a loopback address is not a valid endpoint, and no pod here dials it.
      '--endpoint-reconciler-type=none',
      `--etcd-servers=https://${LOOPBACK}:${ports.etcd}`, `--etcd-cafile=${pki.caPath}`, `--etcd-certfile=${serving.certPath}`, `--etcd-keyfile=${serving.keyPath}`,
      `--tls-cert-file=${serving.certPath}`, `--tls-private-key-file=${serving.keyPath}`, `--client-ca-file=${pki.caPath}`,
      `--audit-policy-file=${audit.policy}`, `--audit-log-path=${audit.log}`, '--audit-log-format=json', `--audit-log-maxsize=${AUDIT_ROTATION.maxSize}`, `--audit-log-maxbackup=${AUDIT_ROTATION.maxBackups}`,
      '--authorization-mode=Node,RBAC', '--anonymous-auth=false', '--enable-admission-plugins=NodeRestriction',
      `--service-account-issuer=https://kubernetes.default.svc`, `--service-account-key-file=${pki.serviceAccounts.keyPath}`, `--service-account-signing-key-file=${pki.serviceAccounts.keyPath}`,
      '--service-cluster-ip-range=10.96.0.0/16', '--allow-privileged=false', '--profiling=false',
      // The drain the API server grants its watchers at the end: production wants a minute, a laptop wants its prompt back.
      '--shutdown-delay-duration=0s', '--request-timeout=60s', '--default-watch-cache-size=200', '--v=1',
    ],
    ready: () => healthy(`${server}/readyz`, admin),
    stopGraceMs: 10_000,
  };
}

function controllerManagerSpec(plan: Plan, serving: Credential, kubeconfig: string): ChildSpec {
  const { ports, pki } = plan;
  return {
    ...base(plan),
    name: 'kube-controller-manager',
    command: plan.binaries.controllerManager,
    args: [
      `--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`, `--authorization-kubeconfig=${kubeconfig}`,
      `--bind-address=${LOOPBACK}`, `--secure-port=${ports.controllerManager}`,
      `--tls-cert-file=${serving.certPath}`, `--tls-private-key-file=${serving.keyPath}`,
      `--root-ca-file=${pki.caPath}`, `--service-account-private-key-file=${pki.serviceAccounts.keyPath}`,
      '--use-service-account-credentials=true', '--leader-elect=false', '--kube-api-qps=200', '--kube-api-burst=400',
      '--allocate-node-cidrs=false', '--concurrent-namespace-syncs=20', '--profiling=false', '--v=1',
    ],
    ready: () => healthy(`https://${LOOPBACK}:${ports.controllerManager}/healthz`, { ca: pki.ca }),
    stopGraceMs: 5_000,
  };
}

function schedulerSpec(plan: Plan, serving: Credential, kubeconfig: string): ChildSpec {
  const { ports, pki } = plan;
  return {
    ...base(plan),
    name: 'kube-scheduler',
    command: plan.binaries.scheduler,
    args: [
      `--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`, `--authorization-kubeconfig=${kubeconfig}`,
      `--bind-address=${LOOPBACK}`, `--secure-port=${ports.scheduler}`,
      `--tls-cert-file=${serving.certPath}`, `--tls-private-key-file=${serving.keyPath}`,
      '--leader-elect=false', '--kube-api-qps=200', '--kube-api-burst=400', '--profiling=false', '--v=1',
    ],
    ready: () => healthy(`https://${LOOPBACK}:${ports.scheduler}/healthz`, { ca: pki.ca }),
    stopGraceMs: 5_000,
  };
}

/** The `default` service account exists: before that, the admission of a first pod would be refused. */
export async function isUsable(cluster: Pick<Kubernetes, 'server' | 'adminTls'>): Promise<boolean> {
  const { status } = await probe(`${cluster.server}/api/v1/namespaces/default/serviceaccounts/default`, cluster.adminTls);
  return status === 200;
}
