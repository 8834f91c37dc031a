import type { CarrierId } from '../core/index.ts';

/** A telecommunications operator that links run over. Two names of one company are one carrier: diversity is counted by this. */
export interface Carrier {
  readonly id: CarrierId;
  /** Same alphabet as a region's code; unique. */
  readonly code: string;
  readonly name: string;
  /** Names of the fields whose value is an assumption. */
  readonly assumed: readonly string[];
  readonly generation: number;
}
