import type { NodePool } from '../pool/model.ts';
import type { Shape } from './model.ts';

type Profile = Shape['sliceProfiles'][number];

/** A profile of NVIDIA's multi-instance GPUs, as its device plugin names it: `1g.18gb`, `2g.35gb`, `1g.10gb.me`. MIG User Guide, "Supported MIG Profiles". */
const MIG = /^[1-7]g\.\d{1,3}gb(\.me)?$/;
const SHARED = 'nvidia.com/gpu.shared';
/** `gpu.shared` counts equal shares of a GPU: as many of one as the smallest shared profile goes into it. */
const shareOf = (shape: Shape): number => Math.min(1000, ...shape.sliceProfiles.filter(p => !MIG.test(p.name)).map(p => p.milliGpu));

/** What a pod asks for, to get one slice of so many thousandths of a GPU: a MIG device of the profile's name, or shares of a time-sliced GPU. */
export const sliceRequest = (shape: Shape, slice: { readonly name: string | undefined; readonly milliGpu: number }): Readonly<Record<string, string>> =>
  slice.name !== undefined && MIG.test(slice.name) ? { [`nvidia.com/mig-${slice.name}`]: '1' } : { [SHARED]: String(Math.ceil(slice.milliGpu / shareOf(shape))) };

/** GPUs of the pool's machines may be cut: slices are for serving, a training pool keeps its GPUs whole. The ledger says the same of each machine. */
export const slices = (pool: Pick<NodePool, 'purpose'>, shape: Pick<Shape, 'sliceProfiles'>): boolean => pool.purpose !== 'TRAINING' && shape.sliceProfiles.length > 0;

/**
 * What a machine offers of each profile if all of its GPUs were cut into that alone. More in sum than there is: which GPU is cut into what is decided by
 * the ledger, and Kubernetes only has to find that a pod placed there is not impossible.
 */
export const sliceCapacity = (shape: Shape): Readonly<Record<string, string>> => {
  const perGpu = (p: Profile): number => Math.floor(1000 / p.milliGpu) * shape.gpus;
  const mig = shape.sliceProfiles.filter(p => MIG.test(p.name)).map(p => [`nvidia.com/mig-${p.name}`, String(perGpu(p))]);
  const shared = shape.sliceProfiles.some(p => !MIG.test(p.name)) ? [[SHARED, String(Math.floor(1000 / shareOf(shape)) * shape.gpus)]] : [];
  return Object.fromEntries([...mig, ...shared]) as Record<string, string>;
};
