import { decideSeal } from '@cadastre/domain/seal';
import type { SealStep, SealView } from '@cadastre/domain/seal';
import type { Seal } from '@cadastre/store/seal';
import { readControl, readVouched, releaseSeal, renewSeal, takeSeal } from '@cadastre/store/seal';
import { unreachable } from '@cadastre/domain/core';
import { notePolicy, recallAbsence } from './missing.ts';
import { compareTrail, freeze, open, recover, republish } from './guard.ts';
import { beat, publishSome, retryStopped, sequenceNext } from './seal-events.ts';
import { Moved, sayOfTrail } from './tools.ts';
import type { Tools } from './tools.ts';
import type { Trail } from './trail.ts';
import { globalOf, loadTrail, msOf, progressOf } from './trail.ts';
import { cosign, fileSome, signSome, stamp } from './vouch.ts';

const viewOf = (tools: Tools, trail: Trail): SealView => ({
  state: trail.state, sameServer: trail.sameServer, compared: trail.compared, logs: [...trail.logs.values()].map(progressOf), backlog: trail.ahead !== undefined, now: msOf(tools.clock), sequencedAt: trail.sequencedAt,
  heartbeatMs: tools.heartbeatMs, witness: trail.witness, timestamp: trail.timestamp,
});

/** Does what was decided. Each move leaves the database and the trail in memory the same; what fails in between is read again. */
const act = async (tools: Tools, trail: Trail, step: Exclude<SealStep, { do: 'rest' }>): Promise<void> => {
  switch (step.do) {
    case 'compare':
      return compareTrail(tools, trail);
    case 'freeze':
      return freeze(tools, trail, step.reason);
    case 'recover':
      return recover(tools, trail, step.origins);
    case 'republish':
      return republish(tools, trail, step.origins);
    case 'open':
      return open(tools, trail);
    case 'sequence':
      return sequenceNext(tools, trail);
    case 'publish':
      return publishSome(tools, trail, step.logs);
    case 'sign':
      return signSome(tools, trail, step.logs);
    case 'file':
      return fileSome(tools, trail, step.logs);
    case 'retry':
      return retryStopped(tools, trail, step.logs);
    case 'beat':
      return beat(tools, trail, step.logs);
    case 'cosign':
      return void cosign(tools, trail);
    case 'timestamp':
      return void stamp(tools, trail);
    default:
      return unreachable(step);
  }
};

const outsidersOf = async (tools: Tools, trail: Trail): Promise<void> => {
  const log = globalOf(trail);
  const vouched = log === undefined ? undefined : await readVouched(tools.store, log.id);
  const { witness, timestamp } = tools.outsiders;
  const at = (instant: string | null | undefined): number => (instant == null ? 0 : Date.parse(instant));
  if (witness !== undefined) trail.witness = { size: vouched?.cosigned ?? 0, askedAt: at(vouched?.cosignedAt), everyMs: witness.everyMs, underWay: false };
  if (timestamp !== undefined) trail.timestamp = { size: vouched?.stamped ?? 0, askedAt: at(vouched?.stampedAt), everyMs: timestamp.everyMs, underWay: false };
};

/** Everything that this leader may believe, read from the database. */
const begin = async (tools: Tools, seal: Seal): Promise<Trail> => {
  const trail = await loadTrail(tools.store, seal, tools.operator, await readControl(tools.store), msOf(tools.clock));
  await outsidersOf(tools, trail);
  return trail;
};

/** Makes one move, or waits; answers what it did. */
export const moveOnce = async (tools: Tools, trail: Trail, signal: AbortSignal): Promise<SealStep['do']> => {
  const { step, because } = decideSeal(viewOf(tools, trail));
  if (step.do === 'rest') {
    await tools.pause(step.ms, signal);
    return step.do;
  }
  const from = performance.now();
  await act(tools, trail, step);
  tools.log.debug({ step: step.do, because }, 'moved');
  tools.instruments.moved(step.do, (performance.now() - from) / 1_000);
  return step.do;
};

export interface Notary {
  /** What this process leads; undefined while it stands by or reads everything anew. */
  readonly trail: () => Trail | undefined;
  /** Why the last move failed; undefined when it went well. */
  readonly trouble: () => string | undefined;
  /** Ends when the signal aborts; throws nothing. */
  run(signal: AbortSignal): Promise<void>;
}

const TROUBLE_MS = 500;

/** Holds the seal while it can and moves; whatever fails, it reads everything again and goes on from what is true. */
export const createNotary = (tools: Tools, lease: { readonly holder: string; readonly ttlMs: number }): Notary => {
  const at: { trail: Trail | undefined; trouble: string | undefined; epoch: number } = { trail: undefined, trouble: undefined, epoch: 0 };

  const lead = async (seal: Seal, signal: AbortSignal): Promise<void> => {
    const trail = await begin(tools, seal);
    if (seal.epoch !== at.epoch) {
      at.epoch = seal.epoch;
      await recallAbsence(tools, tools.outsiders.witness?.absence);
      await recallAbsence(tools, tools.outsiders.timestamp?.absence);
      tools.log.info({ epoch: seal.epoch }, 'this notary seals');
      await sayOfTrail(tools, trail, 'audit.log.elected', { numbers: { epoch: seal.epoch } });
      await notePolicy(tools, trail);
    }
    at.trail = trail;
    while (!signal.aborted) {
      await moveOnce(tools, trail, signal);
      at.trouble = undefined;
    }
  };
  const leadWhileHeld = async (seal: Seal, signal: AbortSignal): Promise<void> => {
    const lost = new AbortController();
    const either = AbortSignal.any([signal, lost.signal]);
    const renewal = setInterval(() => {
      // A renewal that fails is no loss yet: the fence decides. One that finds another holder is.
      void renewSeal(tools.store, seal, lease.ttlMs).then(mine => { if (!mine) lost.abort(); }, () => undefined);
    }, lease.ttlMs / 3);
    try {
      await lead(seal, either);
    } finally {
      clearInterval(renewal);
      at.trail = undefined;
    }
  };
  const turn = async (signal: AbortSignal): Promise<void> => {
    const taken = await takeSeal(tools.store, lease);
    if (!taken.ok) {
      at.trouble = undefined;
      await tools.pause(lease.ttlMs / 3, signal);
      return;
    }
    await leadWhileHeld(taken.value, signal);
    if (signal.aborted) await releaseSeal(tools.store, taken.value);
  };
  return {
    trail: () => at.trail,
    trouble: () => at.trouble,
    run: async signal => {
      while (!signal.aborted) {
        try {
          await turn(signal);
        } catch (error) {
          at.trouble = error instanceof Error ? error.message : String(error);
          tools.instruments.trouble();
          tools.log.warn({ err: error }, error instanceof Moved ? 'reading everything again' : 'a move failed; reading everything again');
          await tools.pause(TROUBLE_MS, signal);
        }
      }
    },
  };
};
