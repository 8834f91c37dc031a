import type { Instant } from '@cadastre/domain/core';
import { askWitness, type Cosigned, type ToCosign, type WitnessAddress } from './ask.ts';

/** Which cosignatures make a checkpoint believable: what a C2SP tlog-policy says, with addresses. */
export interface WitnessPolicy {
  readonly witnesses: readonly WitnessAddress[];
  /** Whether cosignatures by these keys (key names) are a quorum. */
  met(cosigners: ReadonlySet<string>): boolean;
}

/** What a round needs to know and do; each may throw when the database is away, and the round with it. */
export interface WitnessingPorts {
  readonly policy: WitnessPolicy;
  /** The newest signed checkpoint of the global log, and who has cosigned it. */
  newest(): Promise<(ToCosign & { readonly cosigners: ReadonlySet<string> }) | undefined>;
  /** The size that each witness cosigned last, by key name. */
  lastSizes(): Promise<ReadonlyMap<string, bigint>>;
  consistency(from: bigint, to: bigint): Promise<readonly Uint8Array[]>;
  keep(checkpoint: ToCosign, cosigned: readonly (Cosigned & { readonly witness: string })[]): Promise<void>;
  /** Writes the event into the log. */
  tell(what: 'degraded' | 'resumed', numbers: Readonly<Record<string, number>>): Promise<void>;
  /** One sentence for the log of the process. */
  warn(fields: Readonly<Record<string, unknown>>, sentence: string): void;
  count(witness: string, result: string): void;
  now(): Instant;
  /** Milliseconds that never go back. */
  elapsed(): number;
}

/** How long a checkpoint may be without a quorum before the log says so itself (../shared/audit.md, 5). */
export const QUORUM_GRACE_MS = 60_000;

export interface WitnessingState {
  /** Milliseconds since the newest checkpoint had its quorum; since the start when none had. */
  readonly sinceQuorumMs: number;
  readonly degraded: boolean;
  /** Key names that did not cosign in the last round. */
  readonly silent: readonly string[];
}

export interface Witnessing {
  /** One look: asks whoever has not cosigned the newest checkpoint, all at once, keeps what is good, and says when a quorum goes missing or comes back. */
  round(signal: AbortSignal): Promise<void>;
  state(): WitnessingState;
}

/** @param degraded whether the log's last word on its witnesses is that they are missing: an outage is told once, also across a restart of the notary. */
export const createWitnessing = (ports: WitnessingPorts, degraded: boolean): Witnessing => {
  let quorumAt = ports.elapsed();
  let missing = degraded;
  let silent: readonly string[] = [];
  const said = new Map<string, string>();

  const ask = async (checkpoint: ToCosign, witness: WitnessAddress, known: bigint, signal: AbortSignal) => {
    const { name } = witness.key;
    const answer = await askWitness(witness, { checkpoint, known, consistency: ports.consistency, now: ports.now(), signal });
    ports.count(name, answer.ok ? 'COSIGNED' : answer.error.code);
    // Once for each change: a witness that is away for a day must not fill the log.
    const news = answer.ok ? '' : answer.error.code;
    if (news !== '' && said.get(name) !== news) ports.warn({ witness: name, ...(answer.ok ? {} : answer.error) }, 'a witness did not cosign');
    said.set(name, news);
    return answer.ok ? { witness: name, ...answer.value } : undefined;
  };

  const judge = async (met: boolean, cosigned: number): Promise<void> => {
    const numbers = { cosigned, witnesses: ports.policy.witnesses.length };
    if (met) {
      const seconds = Math.round((ports.elapsed() - quorumAt) / 1_000);
      // The state changes after the event is written: an event that failed is written in the next round.
      if (missing) await ports.tell('resumed', { ...numbers, seconds });
      missing = false;
      quorumAt = ports.elapsed();
    } else if (!missing && ports.elapsed() - quorumAt >= QUORUM_GRACE_MS) {
      await ports.tell('degraded', numbers);
      missing = true;
    }
  };

  return {
    round: async signal => {
      const newest = await ports.newest();
      if (newest === undefined) {
        // Nothing to cosign is no outage of the witnesses.
        quorumAt = ports.elapsed();
        return;
      }
      const absent = ports.policy.witnesses.filter(w => !newest.cosigners.has(w.key.name));
      const known = absent.length === 0 ? new Map<string, bigint>() : await ports.lastSizes();
      const answers = await Promise.all(absent.map(w => ask(newest, w, known.get(w.key.name) ?? 0n, signal)));
      const cosigned = answers.filter(a => a !== undefined);
      if (signal.aborted) return;
      if (cosigned.length > 0) await ports.keep(newest, cosigned);
      const cosigners = new Set([...newest.cosigners, ...cosigned.map(c => c.witness)]);
      silent = ports.policy.witnesses.map(w => w.key.name).filter(name => !cosigners.has(name));
      await judge(ports.policy.met(cosigners), cosigners.size);
    },
    state: () => ({ sinceQuorumMs: ports.elapsed() - quorumAt, degraded: missing, silent }),
  };
};
