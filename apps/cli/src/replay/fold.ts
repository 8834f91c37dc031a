import type { CapacityState, DecidedRequest, LedgerFact, Verdict } from '@cadastre/domain/capacity';
import { ENGINE_VERSION, POLICY_VERSION, emptyCapacity, fold, redecide } from '@cadastre/domain/capacity';
import { canonicalJson, firstDifference } from '@cadastre/domain/core';
import type { Difference } from '@cadastre/domain/core';

export interface LedgerLine {
  readonly index: number;
  readonly fact: LedgerFact;
}
/** A decision as the door shows it; `verdict` as canonical JSON: the bytes that are compared. */
export interface DecisionLine {
  readonly id: string;
  readonly regionId: string;
  readonly ledgerIndex: number;
  readonly engineVersion: string;
  readonly policyVersion: string;
  readonly request: DecidedRequest;
  readonly verdict: string;
}

export type Replayed =
  | { readonly outcome: 'SAME'; readonly text: string }
  | { readonly outcome: 'DIFFERENT'; readonly text: string; readonly difference: Difference | undefined }
  /** Decided by another engine or policy than this program's: it cannot say whether the decision was right. */
  | { readonly outcome: 'OTHER_VERSION' }
  /** The ledger ends before the decision, or has a gap: nothing can be decided on it. */
  | { readonly outcome: 'LEDGER_BROKEN'; readonly at: number };

/** The ledger of one region, folded here as far as the decisions so far needed it: decisions come in its order. */
export class Replay {
  readonly #lines: AsyncIterator<LedgerLine>;
  readonly #state: CapacityState = emptyCapacity();
  #broken = false;

  constructor(lines: AsyncIterator<LedgerLine>) {
    this.#lines = lines;
  }

  get entries(): number {
    return this.#state.index;
  }

  /** Precondition: no decision before had a higher ledger index. */
  async decide(d: DecisionLine): Promise<Replayed> {
    if (d.engineVersion !== ENGINE_VERSION || d.policyVersion !== POLICY_VERSION) return { outcome: 'OTHER_VERSION' };
    if (!(await this.#foldTo(d.ledgerIndex))) return { outcome: 'LEDGER_BROKEN', at: this.#state.index + 1 };
    const verdict: Verdict = redecide(this.#state, d.request);
    const text = canonicalJson(verdict);
    return text === d.verdict ? { outcome: 'SAME', text } : { outcome: 'DIFFERENT', text, difference: firstDifference(JSON.parse(d.verdict), JSON.parse(text)) };
  }

  async #foldTo(index: number): Promise<boolean> {
    while (!this.#broken && this.#state.index < index) {
      const next = await this.#lines.next();
      this.#broken = next.done === true || !fold(this.#state, next.value).ok;
    }
    return this.#state.index === index;
  }
}
