import type { Instant, Plan } from '../core/index.ts';
import type { Mandate } from './model.ts';
import { stateAt } from './model.ts';

/** One mandate at one instant. */
export interface MandateSeen {
  readonly now: Instant;
  readonly mandate: Mandate;
}
export interface MandateStep {
  readonly do: 'expire';
}

/** A mandate that is over is written down as over. Reading under it ended at its instant already: this is for the log, which must say so also when nobody came back. */
export const planMandate = ({ mandate, now }: MandateSeen): Plan<MandateStep> => {
  const over = stateAt(mandate, now) !== mandate.state;
  return { steps: over ? [{ do: 'expire' }] : [], because: `${mandate.state}, until ${mandate.expiresAt}`, assumes: { generation: mandate.generation } };
};
