import { EXIT, Stop } from '../shared/exit.ts';
import { environment } from '../shared/environment.ts';
import { findId } from '../shared/find.ts';
import { problemText, query, type Row } from '../shared/graphql.ts';
import { printObject } from '../shared/output.ts';
import { count, thousandths, watts } from '../shared/quantities.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';

export interface RacksOptions extends GlobalOptions {
  readonly datacenter: string;
  readonly shape: string;
  readonly perRack: string;
  readonly phase?: string;
  readonly pue?: string;
  readonly n1?: boolean;
  readonly rackPower: string;
}
export interface CutOptions extends GlobalOptions {
  readonly datacenter?: string;
}

export interface MixingOptions extends GlobalOptions {
  readonly datacenter: string;
  readonly inferenceFloor: string;
  readonly notice: string;
  readonly checkpoint: string;
  readonly checkpointEvery: string;
  readonly slot: string;
}

const PROBLEM = '... on Problem { code message suggestion }';
const RACKS = `query ($id: ID!, $shape: String!, $perRack: Int!, $phaseId: ID, $pueMilli: Int, $n1: Boolean, $rackW: Int!) {
  racksThatFit(datacenterId: $id, shape: $shape, machinesPerRack: $perRack, phaseId: $phaseId, pueMilli: $pueMilli, feedLossTolerated: $n1, rackW: $rackW) {
    ${PROBLEM} ... on ValidationFailed { faults { message path } }
    ... on RacksThatFit { shape machinesPerRack rackDrawW contractedW pueMilli feedLossTolerated racks racksBeside limitedBy limits { resource limitW racks freeW racksBeside name } }
  }
}`;
const TOTALS = 'racks machines instances gpus watts';
const CUT = `query ($id: ID!) { feedCut(powerNodeId: $id) { ${PROBLEM} ... on FeedCut {
  name dark { ${TOTALS} } darkRacks { name instanceIds } shifted { ${TOTALS} } overloaded { name side beforeW loadW usableW overW } mustShedW } } }`;

const MIXING = `query ($id: ID!, $floor: Int!, $notice: Int!, $takes: Int!, $every: Int!, $slot: Int!) {
  mixingTrade(datacenterId: $id, inferenceFloorPct: $floor, noticeSeconds: $notice, checkpointSeconds: $takes, checkpointEverySeconds: $every, slotMilliGpu: $slot) {
    ${PROBLEM} ... on ValidationFailed { faults { message path } }
    ... on MixingTrade { gpus freeGpus inferenceGpus floorGpus fromFree fromTraining slotsGained pausedGpus freedBeyond lostGpuMinutes unmet jobs yielding { instanceId gpus createdAt lostSeconds } }
  }
}`;

const shownOf = (found: Row): Row => {
  if (typeof found['code'] === 'string') throw new Stop(EXIT.refused, problemText(found));
  return found;
};

/** `cadastre whatif racks`: how many racks of a shape fit a phase. */
export const whatIfRacks = async (options: RacksOptions): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  const id = await findId(session, 'datacenters', options.datacenter, 'code');
  const phaseId = options.phase === undefined ? undefined : await findId(session, 'powerPhases', options.phase, 'name', { datacenterId: id });
  const pueMilli = options.pue === undefined ? undefined : thousandths(options.pue, session.lang);
  const data = await query(session, RACKS, { id, shape: options.shape, perRack: count(options.perRack, session.lang), phaseId, pueMilli, n1: options.n1, rackW: watts(options.rackPower, session.lang) });
  printObject(process.stdout, shownOf(data['racksThatFit'] as Row), session.output);
};

/** `cadastre whatif cut NODE`: what stops if a power node is cut. */
export const whatIfCut = async (node: string, options: CutOptions): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  const args = options.datacenter === undefined ? {} : { datacenterId: await findId(session, 'datacenters', options.datacenter, 'code') };
  const data = await query(session, CUT, { id: await findId(session, 'powerNodes', node, 'name', args) });
  printObject(process.stdout, shownOf(data['feedCut'] as Row), session.output);
};

/** `cadastre whatif mixing`: what it would take now to give inference its part of a site. */
export const whatIfMixing = async (options: MixingOptions): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  const id = await findId(session, 'datacenters', options.datacenter, 'code');
  const whole = (typed: string): number => count(typed, session.lang);
  const data = await query(session, MIXING, {
    id, floor: whole(options.inferenceFloor), notice: whole(options.notice), takes: whole(options.checkpoint), every: whole(options.checkpointEvery), slot: whole(options.slot),
  });
  printObject(process.stdout, shownOf(data['mixingTrade'] as Row), session.output);
};
