import type { CapacityState, Placement, PlacementRequest, TopologyLevel } from '@cadastre/domain/capacity';
import type { Interval, Need } from '../../../libs/domain/src/capacity/need.ts';
import { cpuOf, openTo, ramOf, wattsOf } from '../../../libs/domain/src/capacity/need.ts';
import { fragmentationOf } from '../../../libs/domain/src/capacity/score.ts';
import type { Columns } from '../region/columns.ts';

/** Machines that share a place of the level, by place; in order of the machines. */
export const groupsOf = (s: CapacityState, level: TopologyLevel): readonly Int32Array[] => {
  const by = new Map<string, number[]>();
  s.machineFacts.forEach((m, row) => {
    const rack = s.rackFacts[s.machineRack.get(row)];
    if (m === undefined || rack === undefined) return;
    const key = ((): string => {
      switch (level) {
        case 'NVLINK_DOMAIN': return m.nvlinkDomain ?? m.machineId;
        case 'RACK': return rack.rackId;
        case 'ROW': return `${rack.hallId} ${rack.row}`;
        default: return rack.datacenterId;
      }
    })();
    const known = by.get(key);
    if (known === undefined) by.set(key, [row]);
    else known.push(row);
  });
  return [...by.values()].map((rows) => Int32Array.from(rows));
};

/** A machine that a group gives to the gang. */
interface Given { readonly machine: number; readonly rack: number; readonly watts: number; readonly fragmentation: number }

/**
 * The same question as `place` answers, by looking at everything: of every group every machine is asked, with the engine's own predicates, whether it takes the
 * order now and over the lease, whether its rack and all above it have the watts beside what the group was given before, and what it would fragment. The tightest
 * group that takes all gives the machines, least fragmenting first. undefined: none does. Law is asked once a pool, as the engine does.
 */
export const brute = (s: CapacityState, c: Columns, r: PlacementRequest, groups: readonly Int32Array[]): readonly Placement[] | undefined => {
  const admitted = c.admitted(r);
  const need = needOf(s, r);
  const when = { at: r.at, end: r.leaseEnd };
  let tightest: readonly Given[] | undefined;
  for (const group of groups) {
    const given = filled(s, need, when, group, admitted);
    if (given.length >= r.count && given.length < (tightest?.length ?? Infinity)) tightest = given;
  }
  if (tightest === undefined) return undefined;
  const best = [...tightest].sort((a, b) => a.watts - b.watts || a.fragmentation - b.fragmentation).slice(0, r.count);
  const rooms = new Map<number, number>();
  for (const { rack } of tightest) rooms.set(rack, (rooms.get(rack) ?? 0) + 1);
  return best.map((g) => placementOf(s, need, g, rooms.get(g.rack) ?? 0));
};

/** The gangs here are of whole machines of one shape. */
const needOf = (s: CapacityState, r: PlacementRequest): Need => {
  const shape = s.shapes.find(r.shapeId) ?? -1;
  const machine = s.machineFacts.findIndex((m) => m?.shapeId === r.shapeId);
  return { shapes: new Set([shape]), gpus: s.machineGpus.get(machine), milliGpu: 0, cpuMilli: undefined, ramMiB: undefined, reservationId: undefined };
};

const filled = (s: CapacityState, need: Need, when: Interval, group: Int32Array, admitted: Uint8Array): readonly Given[] => {
  const given: Given[] = [];
  const taken = new Map<number, number>();
  for (const machine of group) {
    if (!need.shapes.has(s.machineShape.get(machine)) || admitted[s.machinePool.get(machine)] !== 1 || openTo(s, machine, need, when) === 0) continue;
    const rack = s.machineRack.get(machine);
    const watts = wattsOf(s, machine, need);
    const chain = s.power.chainOf(rack);
    const own = s.power.own(rack, when.at, when.end) - (taken.get(chain[0]?.limit ?? -1) ?? 0) / 2;
    if (own < watts || s.power.shared(rack, when.at, when.end, taken).watts < watts) continue;
    for (const { limit, weight } of chain) taken.set(limit, (taken.get(limit) ?? 0) + watts * weight);
    given.push({ machine, rack, watts, fragmentation: fragmentationOf(s, machine, need) });
  }
  return given;
};

const placementOf = (s: CapacityState, need: Need, { machine, rack, watts, fragmentation }: Given, rackRoom: number): Placement => {
  const pool = s.poolFacts[s.machinePool.get(machine)];
  if (pool === undefined) throw new Error('a machine without a pool was taken');
  return {
    machineId: s.machines.key(machine), rackId: s.racks.key(rack), poolId: pool.poolId, clusterId: pool.clusterId, datacenterId: pool.datacenterId, shapeId: s.shapes.key(s.machineShape.get(machine)),
    gpus: need.gpus, watts, cpuMilli: cpuOf(s, machine, need), ramMiB: ramOf(s, machine, need), score: { fragmentation, rackRoom },
  };
};
