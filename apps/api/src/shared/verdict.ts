import type { PlacementReason, Refusal } from '@cadastre/domain/capacity';
import type { Params } from '@cadastre/domain/core';
import { CATALOGUES, render } from './messages/render.ts';
import type { DoorName, Viewer } from './viewer.ts';

/** `PlacementRefusal` of the schema. */
export interface ReasonData {
  readonly reason: PlacementReason;
  readonly candidates: number;
  readonly message: string;
  readonly numbers: readonly { readonly name: string; readonly value: number }[];
}

/** One failed check of a verdict, in the words and numbers of the door's audience. */
export const reasonData = (viewer: Pick<Viewer, 'lang'> & { readonly door: { readonly name: DoorName } }, refusal: Refusal): ReasonData => {
  const { reason, candidates, params } = viewer.door.name === 'tenant' ? tenantsOwn(refusal) : refusal;
  const said = CATALOGUES[viewer.lang].placement[reason];
  return { reason, candidates, message: render(viewer.lang, viewer.door.name === 'tenant' ? said.tenant : said.operator, params), numbers: numbersOf(params) };
};

// By name: the database does not keep the order of what it stores, and the answer to an order and its explanation afterwards are one text.
const numbersOf = (params: Params): ReasonData['numbers'] =>
  Object.entries(params).flatMap(([name, value]) => (typeof value === 'number' ? [{ name, value }] : [])).sort((a, b) => (a.name < b.name ? -1 : 1));

const LAW = ['what', 'required', 'has', 'rule', 'country', 'site', 'validUntil', 'uncoveredFrom', 'from', 'to', 'machines', 'admitted'] as const;
const POWER = ['what', 'askedW', 'freeW', 'limitW', 'pueMilli', 'freeMachines', 'blockedMachines'] as const;

/**
 * What of a reason a tenant may read, by the reason. A list of what may be seen, not of what may not: a new parameter is nobody's until it stands here.
 * What is free is for everybody: machines in sum, and the watts that were too few. Which rack, node or pool that is, the instant at which it is tightest, and how
 * much is promised to others or held by them in a cohort, are not.
 */
const TENANT_READS: Readonly<Record<PlacementReason, readonly string[]>> = {
  MISCONFIGURED: ['field', 'value', 'minimum', 'maximum', 'expected'],
  NO_MATCHING_SHAPE: ['shape', 'gpus', 'machines', 'machinesElsewhere'],
  LEGAL_SCOPE: LAW, CERTIFICATION_EXPIRED: LAW, TENANT_CLASS: LAW,
  VOLUME_ELSEWHERE: ['dataAt', 'site', 'machines'],
  ON_HOLD: ['heldMachines', 'machinesInPausedPools'],
  EXCEEDS_MAX_QUOTA: ['dimension', 'asked', 'max', 'quota'],
  WAITING_FOR_QUOTA: ['dimension', 'asked', 'available', 'quota'],
  POWER_PHASE: POWER, POWER_NODE: POWER, POWER_FEED_N_MINUS_1: POWER, RACK_POWER: POWER, COOLING: POWER,
  TOPOLOGY_FRAGMENTED: ['level', 'asked', 'fit', 'roomiest', 'wider'],
  STAFFING: ['asked', 'has', 'site', 'machines'],
  HEALTH: ['failedMachines'],
  RESERVED_FOR_OTHERS: ['asked', 'open'],
  NO_CAPACITY: ['asked', 'free', 'total', 'machines', 'gpusAsked', 'gpusFree'],
};

/** The reason without what tells of other tenants. */
const tenantsOwn = ({ reason, candidates, params }: Refusal): Refusal => ({
  reason, candidates: reason === 'RESERVED_FOR_OTHERS' ? 0 : candidates, params: Object.fromEntries(Object.entries(params).filter(([name]) => TENANT_READS[reason].includes(name))),
});
