import type { Instant } from '../core/index.ts';
import type { ReservationRequest } from '../reservation/protocol.ts';
import { decide } from './counterfactual.ts';
import type { PlacementRequest, Verdict } from './model.ts';
import type { ReservationVerdict } from './reserve.ts';
import { placeReservation } from './reserve.ts';
import type { CapacityState } from './state.ts';

/** A reservation's request as it is decided on and stored: with the instant that its beginning is judged by. */
export type ReservationDecided = ReservationRequest & { readonly now: Instant };
/** What a stored decision was made on: with the ledger before it, all that it depends on. */
export type DecidedRequest = PlacementRequest | ReservationDecided;

/** The verdict on a stored request as it would be stored: over the state that its ledger index names, the same bytes again. */
export const redecide = (s: CapacityState, r: DecidedRequest): Verdict => ('machines' in r ? reservationVerdict(placeReservation(s, r)) : decide(s, r));

/** A reservation's verdict in the form in which every decision is kept. */
export const reservationVerdict = (v: ReservationVerdict): Verdict =>
  v.outcome === 'REFUSED' ? v : { outcome: 'PLACED', ledgerIndex: v.ledgerIndex, placements: [], machines: v.machines, topology: 'ANY', groups: [] };
