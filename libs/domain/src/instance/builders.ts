import { OWNER, OWNER_LABEL, label } from '../cluster/builders.ts';
import type { InstanceId } from '../core/index.ts';
import type { Taint } from '../pool/model.ts';
import { SSH_PORT } from '../project/builders.ts';
import type { Shape } from '../shape/model.ts';
import { sliceRequest } from '../shape/slices.ts';
import type { GpuInstance } from './model.ts';

/** One name for the pod and for the service: no second pod of an instance can exist beside the first, whoever creates it. */
export const objectName = (id: InstanceId): string => id.replaceAll('_', '-');
/** The id behind an instance label; the caller still asks whether such a row exists. */
export const INSTANCE_LABEL = label('instance');
export const KEYS_ANNOTATION = label('authorized-keys');
/** Where an image finds the keys: point `AuthorizedKeysFile` of its sshd here. */
export const KEYS_FOLDER = '/etc/cadastre/ssh';
/** Pods of simulated machines tolerate it; no other pod may land there. */
export const SIMULATED_TAINT: Taint = { key: label('simulated'), value: 'true', effect: 'NoSchedule' };

// The node's own agents need a part of what the machine has; a pod that asks for all of it would never fit beside them.
const SHARE_OF_MACHINE = 0.9;

/** Everything a pod is built from. */
export interface InstancePlace {
  readonly instance: GpuInstance;
  readonly namespace: string;
  /** Also the node's name. */
  readonly machineName: string;
  readonly simulated: boolean;
  readonly shape: Shape;
  /** Taints of the pool's nodes, all tolerated: the placement was decided before Kubernetes was asked. */
  readonly taints: readonly Taint[];
  /** Between SIGTERM and the end, when it is interruptible. */
  readonly noticeSeconds: number;
}

const labels = (i: GpuInstance): Record<string, string> => ({
  [OWNER_LABEL]: OWNER, [label('tenant')]: i.tenantId, [label('project')]: i.projectId, [label('instance')]: i.id,
  [label('pool')]: i.poolId, [label('machine')]: i.machineId, [label('decision')]: i.decisionId,
});

const resourcesOf = ({ instance: i, shape }: InstancePlace) => {
  const milli = i.gpus * 1000 + (i.milliGpu ?? 0);
  // Work on CPUs alone has of the disks what it has of the cores.
  const [part, of] = milli > 0 ? [milli, shape.gpus * 1000] : [i.cpuMilli, shape.cpuMilli];
  const share = (whole: number): number => Math.floor((whole * part * SHARE_OF_MACHINE) / of);
  // What the ledger counts of the machine; what was claimed before it counted cores is in proportion.
  const claimed = (amount: number, whole: number): number => (amount > 0 ? Math.floor(amount * SHARE_OF_MACHINE) : share(whole));
  const amounts: Readonly<Record<string, string>> = {
    cpu: `${claimed(i.cpuMilli, shape.cpuMilli)}m`, memory: `${claimed(i.ramMiB, shape.ramMiB)}Mi`, 'ephemeral-storage': `${share(shape.nvmeGiB)}Gi`,
    ...(i.gpus > 0 ? { 'nvidia.com/gpu': String(i.gpus) } : {}), ...(i.milliGpu === undefined ? {} : sliceRequest(shape, { name: i.slice, milliGpu: i.milliGpu })),
  };
  return { limits: amounts, requests: amounts };
};

/**
 * Pinned by node affinity on the node's name, not by `nodeName`: the scheduler then confirms that GPUs, CPU and taints agree,
 * and a pod left over by a crash keeps the next one pending instead of sharing its GPUs.
 * The keys are public, so they travel as an annotation that a downward volume shows as a file: no second object to create,
 * own and collect, and no right to read anyone's Secrets. `defaultMode` 0444: sshd only needs to read it.
 */
export const podOf = (place: InstancePlace) => {
  const { instance, namespace, machineName, noticeSeconds } = place;
  const tolerated = [...(place.simulated ? [SIMULATED_TAINT] : []), ...place.taints];
  return {
    metadata: { name: objectName(instance.id), namespace, labels: labels(instance), annotations: { [KEYS_ANNOTATION]: `${instance.sshKeys.join('\n')}\n` } },
    spec: {
      restartPolicy: 'Always',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // The notice is the pod's own time to end: kept by its node even while nothing of ours runs. A timer of ours between asking and deleting would have to be kept through a crash.
      ...(instance.interruptible ? { terminationGracePeriodSeconds: noticeSeconds } : {}),
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [machineName] }] }],
          },
        },
      },
      tolerations: tolerated.map(t => ({ key: t.key, operator: 'Equal', value: t.value, effect: t.effect })),
      securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{
        name: 'instance',
        image: instance.image,
        ports: [{ name: 'ssh', containerPort: SSH_PORT, protocol: 'TCP' }],
        resources: resourcesOf(place),
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        volumeMounts: [{ name: 'keys', mountPath: KEYS_FOLDER, readOnly: true }],
      }],
      volumes: [{
        name: 'keys',
        downwardAPI: { defaultMode: 0o444, items: [{ path: 'authorized_keys', fieldRef: { apiVersion: 'v1', fieldPath: `metadata.annotations['${KEYS_ANNOTATION}']` } }] },
      }],
    },
  };
};

/**
 * ClusterIP: a name and an address inside the cluster. Rejected: NodePort. It opens every node of the site for every instance,
 * and its default range ends at 2,768 services; the way in from outside is the site's bastion, one door that is watched.
 */
export const serviceOf = ({ instance, namespace }: Pick<InstancePlace, 'instance' | 'namespace'>) => ({
  metadata: { name: objectName(instance.id), namespace, labels: labels(instance) },
  spec: {
    type: 'ClusterIP',
    selector: { [OWNER_LABEL]: OWNER, [label('instance')]: instance.id },
    ports: [{ name: 'ssh', port: 22, targetPort: 'ssh', protocol: 'TCP' }],
  },
});
