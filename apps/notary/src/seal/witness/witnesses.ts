import type { Clock } from '@cadastre/domain/core';
import { parseTrust, quorumHolds, type Policy } from '@cadastre/tlog';
import { askWitness, type ToCosign, type WitnessAddress } from './ask.ts';

export interface Cosignatures {
  /** Verified, each of another witness; `witness` is the name of its key, `line` has no line feed, `at` is milliseconds by the witness's clock. */
  readonly lines: readonly { readonly witness: string; readonly line: string; readonly at: number }[];
  /** Whether these are a quorum of the policy. */
  readonly quorum: boolean;
  readonly missing: readonly { readonly witness: string; readonly because: string }[];
}

/** The witnesses of one policy, with what each is known to have cosigned. */
export interface Witnesses {
  /** Asks all at once, each for at most some seconds. `proofFrom`: RFC 6962 §2.1.2 from a size to the checkpoint's. */
  cosign(checkpoint: ToCosign, proofFrom: (size: bigint) => Promise<readonly Uint8Array[]>): Promise<Cosignatures>;
}

export interface WitnessesParts {
  readonly policy: Policy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called for each answer; `result` is COSIGNED or why not. */
  readonly count: (witness: string, result: string) => void;
}

/**
 * The policy that a notary works under: what the verifiers of a bundle take as `--trust`, for this operator's log, with an address for each witness.
 * @throws with a sentence that names what to mend.
 */
export const policyFor = (origin: string, text: string | Uint8Array, file: string): Policy => {
  const policy = parseTrust(text);
  if (!policy.ok) throw new Error(`${file}${policy.error.line === undefined ? '' : `, line ${String(policy.error.line)}`}: ${policy.error.because}`);
  const { logs, witnesses } = policy.value;
  if (logs.some(log => log.key.name !== origin)) throw new Error(`${file} is about ${logs.map(log => log.key.name).join(', ')}, and CADASTRE_AUDIT_ORIGIN is ${origin}: a policy names the log of its operator`);
  const silent = witnesses.find(witness => witness.url === undefined || !/^https?:$/.test(protocolOf(witness.url)));
  if (silent !== undefined) throw new Error(`${file}: witness ${silent.name} has no http:// or https:// URL: the notary could not ask it`);
  return policy.value;
};

const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '');

export const createWitnesses = ({ policy, clock, signal, count }: WitnessesParts): Witnesses => {
  // Lost at a restart, and then the witness itself corrects it: a 409 costs one more request.
  const known = new Map<string, bigint>();
  const ask = async (checkpoint: ToCosign, address: WitnessAddress, proofFrom: (size: bigint) => Promise<readonly Uint8Array[]>) => {
    const { name } = address.key;
    const answer = await askWitness(address, { checkpoint, known: known.get(name) ?? 0n, consistency: proofFrom, now: clock.now(), signal });
    count(name, answer.ok ? 'COSIGNED' : answer.error.code);
    if (answer.ok) known.set(name, checkpoint.size);
    else known.delete(name);
    return { name, answer };
  };
  return {
    cosign: async (checkpoint, proofFrom) => {
      const answers = await Promise.all(policy.witnesses.map(({ key, url = '' }) => ask(checkpoint, { key, url }, proofFrom)));
      const lines = answers.flatMap(({ name, answer }) => (answer.ok ? [{ witness: name, line: answer.value.line.trimEnd(), at: Date.parse(answer.value.at) }] : []));
      const cosigned = new Set(lines.map(line => line.witness));
      return {
        lines,
        quorum: quorumHolds(policy.quorum, new Set(policy.witnesses.filter(w => cosigned.has(w.key.name)).map(w => w.name))),
        missing: answers.flatMap(({ name, answer }) => (answer.ok ? [] : [{ witness: name, because: `${answer.error.code}: ${answer.error.detail}` }])),
      };
    },
  };
};
