import type { Place } from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import type { Problem, Watts } from '../core/index.ts';
import type { CoolingKind } from '../hall/model.ts';
import type { Rack } from './model.ts';

/** A machine of a rack that is not retired, with what its shape asks of the rack. */
export interface Standing {
  readonly name: string;
  readonly positionU?: number;
  readonly units: number;
  readonly idleW: Watts;
  readonly coolingKinds: readonly CoolingKind[];
}

type Frame = Pick<Rack, 'name' | 'units' | 'maxPowerW' | 'coolingKind'>;

/**
 * Machines that would no longer fit a changed rack. Idle watts count for every machine, energised or not: each of them will be switched on one day,
 * and a rack that could not carry its own machines at rest is a mistake in the file, not a matter of timing.
 */
export const misfits = (rack: Frame, machines: readonly Standing[]): readonly Problem[] => {
  const uncooled = machines.filter(m => !m.coolingKinds.includes(rack.coolingKind));
  const [first] = uncooled;
  // The highest unit that a machine whose position is known takes.
  const top = Math.max(0, ...machines.map(m => (m.positionU === undefined ? 0 : topOf(m, m.positionU))));
  return [
    ...machines.flatMap(m => tooTall(at('units'), rack, m)).slice(0, 1),
    ...(top > rack.units ? [fault('BELOW_MINIMUM', at('units'), { value: rack.units, limit: top })] : []),
    ...tooMany(at('units'), rack, machines),
    ...tooHungry(at('maxPowerW'), rack, machines),
    ...(first === undefined ? [] : [fault('COOLING_NOT_ACCEPTED', at('coolingKind'), { value: rack.coolingKind, known: first.coolingKinds, machine: first.name })]),
  ];
};

export const tooTall = (place: Place, rack: Frame, m: Standing): readonly Problem[] =>
  m.units <= rack.units ? [] : [fault('MACHINE_TALLER_THAN_RACK', place, { machine: m.name, rack: rack.name, units: m.units, limit: rack.units })];

/** It would fit, but not where it was put: it sticks out of the top. */
export const outOfTop = (place: Place, rack: Frame, m: Standing): readonly Problem[] =>
  m.positionU === undefined || topOf(m, m.positionU) <= rack.units || m.units > rack.units ? [] : [fault('ABOVE_MAXIMUM', place, { value: m.positionU, limit: rack.units - m.units + 1 })];
const topOf = (m: Standing, positionU: number): number => positionU + m.units - 1;

/** Σ units, also of machines whose position nobody recorded. */
export const tooMany = (place: Place, rack: Frame, machines: readonly Standing[]): readonly Problem[] => {
  const units = machines.reduce((n, m) => n + m.units, 0);
  return units <= rack.units ? [] : [fault('RACK_UNITS_EXCEEDED', place, { rack: rack.name, value: units, limit: rack.units })];
};

export const tooHungry = (place: Place, rack: Frame, machines: readonly Standing[]): readonly Problem[] => {
  const idleW = machines.reduce((n, m) => n + m.idleW, 0);
  return idleW <= rack.maxPowerW ? [] : [fault('RACK_IDLE_POWER_EXCEEDED', place, { rack: rack.name, machines: machines.length, value: idleW, limit: rack.maxPowerW })];
};

/** The first machine whose units `m` would share; machines without a position take part in the sum only. */
export const overlapped = (m: Standing, others: readonly Standing[]): Standing | undefined => {
  const { positionU: low, units } = m;
  if (low === undefined) return undefined;
  return others.find(o => o.positionU !== undefined && o.positionU < low + units && low < o.positionU + o.units);
};

export const overlap = (place: Place, rack: Frame, m: Standing, others: readonly Standing[]): readonly Problem[] => {
  const other = overlapped(m, others);
  return other === undefined ? [] : [fault('UNITS_OVERLAP', place, { machine: m.name, other: other.name, rack: rack.name, value: m.positionU ?? 0, units: m.units })];
};
