import { describe, expect, it } from 'vitest';
import { countingIds, inWords, shape } from '../datacenter/site.fixture.ts';
import type { CreateShape, UpdateShape } from './decide.ts';
import { decideCreateShape, decideUpdateShape } from './decide.ts';

const { id: _id, generation: _generation, ...wanted } = shape;
const create = (over: Partial<CreateShape> = {}, taken = false) => decideCreateShape({ ...wanted, ...over }, { taken }, { ids: countingIds() });
const update = (over: Partial<UpdateShape>, machines = 0) => decideUpdateShape({ id: shape.id, generation: 3, ...over }, { shape, machines });

describe('a shape is declared', () => {
  it.each([
    { reason: 'as it should be', result: create(), said: ['ok'] },
    { reason: 'with slices', result: create({ sliceProfiles: [{ name: '1g.18gb', milliGpu: 143, memoryMiB: 18_000 }] }), said: ['ok'] },
    { reason: 'with as much at rest as at work', result: create({ idleW: 10_200 }), said: ['ok'] },
    { reason: 'with more at rest than at work', result: create({ idleW: 10_201 }), said: ['ABOVE_MAXIMUM idleW value=10201 limit=10200'] },
    { reason: 'with negative watts', result: create({ idleW: -1 }), said: ['BELOW_MINIMUM idleW value=-1 limit=0'] },
    { reason: 'that no rack could carry', result: create({ maxW: 150_001 }), said: ['ABOVE_MAXIMUM maxW value=150001 limit=150000'] },
    { reason: 'without GPUs', result: create({ gpus: 0 }), said: ['BELOW_MINIMUM gpus value=0 limit=1'] },
    { reason: 'with a slice of more than a GPU', result: create({ sliceProfiles: [{ name: 'x', milliGpu: 1_001, memoryMiB: 1 }] }), said: ['ABOVE_MAXIMUM sliceProfiles.0.milliGpu value=1001 limit=1000'] },
    { reason: 'with two slices of one name', result: create({ sliceProfiles: [{ name: 'x', milliGpu: 1, memoryMiB: 1 }, { name: 'x', milliGpu: 2, memoryMiB: 1 }] }), said: ['DUPLICATE sliceProfiles.1 value=x other=1'] },
    { reason: 'cooled by nothing', result: create({ coolingKinds: [] }), said: ['REQUIRED coolingKinds'] },
    { reason: 'of a model that is no label', result: create({ gpuModel: 'NVIDIA H200' }), said: ['BAD_FORMAT gpuModel value=NVIDIA H200 expected=[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?'] },
    { reason: 'under a code that is taken', result: create({}, true), said: ['ALREADY_EXISTS code value=h200-8'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});

describe('a shape is changed', () => {
  it.each([
    { reason: 'its watts, before any machine', result: update({ idleW: 2_000, maxW: 9_000 }), said: ['ok'] },
    { reason: 'its watts, once machines have it', result: update({ idleW: 2_000, maxW: 9_000 }, 24), said: ['WOULD_BREAK_RUNNING idleW value=2000 count=24 running=h200-8', 'WOULD_BREAK_RUNNING maxW value=9000 count=24 running=h200-8'] },
    { reason: 'the same watts said again', result: update({ idleW: 2_600 }, 24), said: ['ok'] },
    { reason: 'its teraflops, whenever', result: update({ peakFp16Tflops: 8_000 }, 24), said: ['ok'] },
    { reason: 'its rest above its work', result: update({ maxW: 2_599 }), said: ['ABOVE_MAXIMUM idleW value=2600 limit=2599'] },
    { reason: 'somebody was faster', result: update({ generation: 9 }), said: ['STALE_GENERATION generation asked=9 current=3'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});
