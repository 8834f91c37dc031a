import { OWNER, OWNER_LABEL, label, labelValue } from '../cluster/builders.ts';
import { SIMULATED_TAINT } from '../instance/builders.ts';
import type { Machine } from '../machine/model.ts';
import type { Rack } from '../rack/model.ts';
import type { Shape } from '../shape/model.ts';
import type { NodePool, Taint } from './model.ts';
import { sliceCapacity, slices } from '../shape/slices.ts';

/** What a node's labels are made of. */
export interface NodePlace {
  readonly pool: NodePool;
  readonly shape: Shape;
  readonly machine: Machine;
  readonly rack: Rack;
  readonly hallName: string;
  readonly regionCode: string;
  readonly datacenterCode: string;
}

const optional = (key: string, text: string | undefined): Record<string, string> => (text === undefined ? {} : { [key]: labelValue(text) });

/** Identity and topology as labels. The operator's own pool labels come first, so that they cannot overwrite ours. */
export const nodeLabels = (p: NodePlace): Record<string, string> => ({
  ...p.pool.labels,
  [OWNER_LABEL]: OWNER,
  [label('pool')]: p.pool.id,
  [label('machine')]: p.machine.id,
  [label('datacenter')]: p.datacenterCode,
  [label('hall')]: labelValue(p.hallName),
  [label('rack')]: labelValue(p.rack.name),
  ...optional(label('feed-a'), p.rack.feedA),
  ...optional(label('feed-b'), p.rack.feedB),
  [label('cooling')]: p.rack.coolingKind,
  ...(p.machine.simulated ? { [label('simulated')]: 'true' } : {}),
  'kubernetes.io/hostname': p.machine.name,
  'topology.kubernetes.io/region': p.regionCode,
  'topology.kubernetes.io/zone': p.datacenterCode,
  'node.kubernetes.io/instance-type': p.shape.code,
  'nvidia.com/gpu.product': labelValue(p.shape.gpuModel),
  'nvidia.com/gpu.count': String(p.shape.gpus),
  'nvidia.com/gpu.present': 'true',
});

/** A node of a machine we do not simulate: its labels and nothing else; the machine's own agent wrote the rest. */
export const labelledNodeOf = (p: NodePlace) => ({ metadata: { name: p.machine.name, labels: nodeLabels(p) } });

/**
 * A simulated node. `present` are the taints seen on it: Kubernetes' controllers add theirs to the same list, which
 * server-side apply treats as one value, so writing ours alone would erase them.
 */
export const simulatedNodeOf = (p: NodePlace, present: readonly Taint[], schedulable: 'schedulable' | 'cordoned') => ({
  metadata: { name: p.machine.name, labels: nodeLabels(p), annotations: { 'kwok.x-k8s.io/node': 'fake', [label('simulated')]: 'true' } },
  spec: {
    unschedulable: schedulable === 'cordoned',
    taints: withTaints([SIMULATED_TAINT, ...p.pool.taints], present).map(t => ({ key: t.key, value: t.value, effect: t.effect })),
  },
});

const withTaints = (ours: readonly Taint[], present: readonly Taint[]): readonly Taint[] =>
  [...ours, ...present.filter(t => !ours.some(o => o.key === t.key && o.effect === t.effect))];

/** Pods a node takes; Kubernetes' own default for a kubelet. */
const PODS_PER_NODE = '110';

/** What a simulated node says it has: the machine's shape, whole, and cut where its pool cuts GPUs. */
export const simulatedStatusOf = (p: NodePlace) => {
  const amounts = {
    cpu: `${p.shape.cpuMilli}m`, memory: `${p.shape.ramMiB}Mi`, 'ephemeral-storage': `${p.shape.nvmeGiB}Gi`, pods: PODS_PER_NODE,
    'nvidia.com/gpu': String(p.shape.gpus), ...(slices(p.pool, p.shape) ? sliceCapacity(p.shape) : {}),
  };
  return { metadata: { name: p.machine.name }, status: { capacity: amounts, allocatable: amounts } };
};
