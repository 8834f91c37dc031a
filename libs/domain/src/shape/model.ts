import type { ShapeId, Watts } from '../core/index.ts';
import type { CoolingKind } from '../hall/model.ts';

/** A new chip is a new shape, never new code. */
export interface Shape {
  readonly id: ShapeId;
  /** What orders name: `h200-8`. `[a-z][a-z0-9-]{1,30}`, unique. */
  readonly code: string;
  /** `nvidia.com/gpu.product` label value, for example `NVIDIA-H200`. */
  readonly gpuModel: string;
  readonly gpus: number;
  readonly gpuMemoryMiB: number;
  /** MIG or shared slices, in thousandths of a GPU; empty when the GPU is only sold whole. */
  readonly sliceProfiles: readonly { readonly name: string; readonly milliGpu: number; readonly memoryMiB: number }[];
  /** GPUs that share one NVLink domain; 0 when there is none. */
  readonly nvlinkDomainSize: number;
  readonly cpuMilli: number;
  readonly ramMiB: number;
  readonly nvmeGiB: number;
  readonly nicMbps: number;
  readonly units: number;
  readonly coolingKinds: readonly CoolingKind[];
  /** Watts of an energised machine with no load, at the machine's inlet. */
  readonly idleW: Watts;
  readonly maxW: Watts;
  /** Dense FP16 teraflops of the whole machine. */
  readonly peakFp16Tflops: number;
  /** Euro cents an hour of a whole machine; slices and parts in proportion. Absent: no price is shown. */
  readonly pricePerHourMinor?: number;
  readonly assumed: readonly string[];
  readonly generation: number;
}
