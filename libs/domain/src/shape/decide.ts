import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at, fault, wouldBreak } from '../core/check.ts';
import type { Faults, Ids, Problem, Result, ShapeId } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import { COOLING_KINDS } from '../hall/model.ts';
import { MAX_RACK_UNITS } from '../rack/decide.ts';
import { MAX_RACK_POWER_W } from '../rack/model.ts';
import type { Shape } from './model.ts';

export type CreateShape = Omit<Shape, 'id' | 'generation'>;
const CHANGEABLE = ['sliceProfiles', 'peakFp16Tflops', 'pricePerHourMinor', 'idleW', 'maxW', 'assumed'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateShape extends Patch<Pick<Shape, Changeable>> {
  readonly id: ShapeId;
  readonly generation: number;
}
/** Fields whose value may be an assumption. */
export const SHAPE_FACTS = [
  'gpuModel', 'gpus', 'gpuMemoryMiB', 'sliceProfiles', 'nvlinkDomainSize', 'cpuMilli', 'ramMiB', 'nvmeGiB', 'nicMbps', 'units', 'coolingKinds', 'idleW', 'maxW', 'peakFp16Tflops', 'pricePerHourMinor',
] as const;

const MAX_GPUS = 1_024;
/** The columns are 32-bit integers. */
const MAX_INT = 2_147_483_647;
const MAX_SLICES = 64;

/** `taken`: a shape with this code exists. */
export const decideCreateShape = (input: CreateShape, seen: { readonly taken: boolean }, by: { readonly ids: Ids }): Decided<Shape> =>
  unless([...check.code(at('code'), input.code), ...physique(input), ...facts(input), ...(seen.taken ? [alreadyExists('shape', input.code, at('code'))] : [])], () => {
    const next: Shape = { ...input, id: by.ids.next('shape'), generation: 1 };
    return { next, events: [event(next, 'created')], audit: [fact(next, 'dcim.shape.create')] };
  });

/** `machines`: how many are of the shape, retired ones included: their past is accounted in its watts. */
export const decideUpdateShape = (input: UpdateShape, seen: { readonly shape: Shape | undefined; readonly machines: number }): Result<Change<Shape, Changeable>, Faults> => {
  const found = current('shape', input, seen.shape, CHANGEABLE);
  if (!found.ok) return found;
  const amend = amended(found.value, input, CHANGEABLE);
  const { next } = amend;
  return unless([...facts(next), ...frozen(found.value, next, seen.machines)], () => ({
    ...amend,
    events: [event(next, 'updated')],
    audit: [{ ...fact(next, 'dcim.shape.update'), change: changed(found.value, next, CHANGEABLE, ['assumed']) }],
  }));
};

const facts = (s: CreateShape): check.Found => [
  ...check.integer(at('maxW'), s.maxW, 1, MAX_RACK_POWER_W),
  ...(s.idleW > s.maxW ? [fault('ABOVE_MAXIMUM', at('idleW'), { value: s.idleW, limit: s.maxW })] : check.integer(at('idleW'), s.idleW, 0, MAX_RACK_POWER_W)),
  ...check.integer(at('peakFp16Tflops'), s.peakFp16Tflops, 0, MAX_INT),
  ...(s.pricePerHourMinor === undefined ? [] : check.integer(at('pricePerHourMinor'), s.pricePerHourMinor, 0, MAX_INT)),
  ...check.integer(at('sliceProfiles'), s.sliceProfiles.length, 0, MAX_SLICES),
  ...s.sliceProfiles.flatMap((p, n) => [
    ...check.labelWord(at('sliceProfiles', n, 'name'), p.name),
    ...check.integer(at('sliceProfiles', n, 'milliGpu'), p.milliGpu, 1, 1_000),
    ...check.integer(at('sliceProfiles', n, 'memoryMiB'), p.memoryMiB, 1, s.gpuMemoryMiB),
  ]),
  ...check.distinct(at('sliceProfiles'), s.sliceProfiles.map(p => p.name)),
  ...check.fields(at('assumed'), s.assumed, SHAPE_FACTS),
];

const physique = (s: CreateShape): check.Found => [
  ...check.labelWord(at('gpuModel'), s.gpuModel),
  ...check.integer(at('gpus'), s.gpus, 1, MAX_GPUS),
  ...check.integer(at('gpuMemoryMiB'), s.gpuMemoryMiB, 1, MAX_INT),
  ...check.integer(at('nvlinkDomainSize'), s.nvlinkDomainSize, 0, MAX_GPUS),
  ...check.integer(at('cpuMilli'), s.cpuMilli, 1, MAX_INT),
  ...check.integer(at('ramMiB'), s.ramMiB, 1, MAX_INT),
  ...check.integer(at('nvmeGiB'), s.nvmeGiB, 0, MAX_INT),
  ...check.integer(at('nicMbps'), s.nicMbps, 0, MAX_INT),
  ...check.integer(at('units'), s.units, 1, MAX_RACK_UNITS),
  ...check.words(at('coolingKinds'), s.coolingKinds, COOLING_KINDS, 1),
];

/** A claim was placed, and power reserved, on the old watts: another measurement is another shape. */
const frozen = (before: Shape, next: Shape, machines: number): readonly Problem[] =>
  machines === 0
    ? []
    : (['idleW', 'maxW'] as const).filter(name => before[name] !== next[name]).map(name => wouldBreak(at(name), next[name], [before.code], { count: machines }));

const event = (s: Shape, verb: string) => ({ noun: 'shape', objectId: s.id, verb, regionCode: '_' });
const fact = (s: Shape, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', target: { kind: 'shape', id: s.id }, numbers: { gpus: s.gpus, idleW: s.idleW, maxW: s.maxW },
});
