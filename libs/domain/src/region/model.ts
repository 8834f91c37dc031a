import type { CountryCode, RegionId } from '../core/index.ts';

export interface Region {
  readonly id: RegionId;
  /** Lower case, stable, used in NATS subjects and Kubernetes labels: `[a-z][a-z0-9-]{1,30}`. */
  readonly code: string;
  readonly nameFr: string;
  readonly nameEn: string;
  readonly country: CountryCode;
  /** Whose courts and laws reach the data: `EU-FR` form (`<bloc>-<country>`), or the country alone outside a bloc. */
  readonly jurisdiction: string;
  readonly operatorName: string;
  /** From the operator up to its last shareholder known, nearest first (SecNumCloud 3.2 §19.6 asks who can be compelled). */
  readonly capitalChain: readonly string[];
  readonly generation: number;
}
