import type { ConfigMap, LimitRange, NetworkPolicy, Node, Pod, ResourceQuota, Service } from '../client/index.ts';

export const configMap = (namespace: string, name: string, data: Record<string, string>, labels: Record<string, string> = {}): ConfigMap => ({
  metadata: { name, namespace, labels }, data,
});

/** A pod that no scheduler takes, whatever nodes the cluster has. */
export const gatedPod = (namespace: string, name: string, more: Partial<NonNullable<Pod['spec']>> = {}): Pod => ({
  metadata: { name, namespace },
  spec: {
    schedulingGates: [{ name: 'cadastre.cloud/placement' }],
    automountServiceAccountToken: false,
    containers: [{
      name: 'app', image: 'registry.example/app:1', ports: [{ containerPort: 22, protocol: 'TCP' }],
      env: [{ name: 'A', value: '1' }], resources: { limits: { cpu: '0.5', memory: '1024Mi', 'nvidia.com/gpu': '8' }, requests: { cpu: '0.5', memory: '1024Mi', 'nvidia.com/gpu': '8' } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    }],
    ...more,
  },
});

export const service = (namespace: string): Service => ({
  metadata: { name: 'ssh', namespace }, spec: { selector: { app: 'x' }, ports: [{ name: 'ssh', port: 22, targetPort: 22 }] },
});

export const denyAll = (namespace: string): NetworkPolicy => ({
  metadata: { name: 'default-deny', namespace }, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] },
});

export const quota = (namespace: string): ResourceQuota => ({
  metadata: { name: 'quota', namespace }, spec: { hard: { 'requests.nvidia.com/gpu': '1600', 'limits.memory': '2048Gi', pods: '200' } },
});

export const limits = (namespace: string): LimitRange => ({
  metadata: { name: 'limits', namespace }, spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '100m', memory: '128Mi' }, default: { cpu: '1', memory: '1Gi' } }] },
});

/** A node that nobody runs and nobody is scheduled to. */
export const node = (name: string, gpus: string): Node => ({
  metadata: { name, labels: { 'cadastre.cloud/simulated': 'true' } },
  spec: { taints: [{ key: 'cadastre.cloud/simulated', value: 'true', effect: 'NoSchedule' }] },
  status: { capacity: { cpu: '96', memory: '1024Gi', 'nvidia.com/gpu': gpus, pods: '110' }, allocatable: { cpu: '96', memory: '1024Gi', 'nvidia.com/gpu': gpus, pods: '110' } },
});
