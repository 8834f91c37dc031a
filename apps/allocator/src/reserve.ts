import type { AllocateRequest, ReservationDecided, Taking } from '@cadastre/domain/capacity';
import { POLICY_VERSION, placeReservation, reservationVerdict } from '@cadastre/domain/capacity';
import type { ReserveFact } from '@cadastre/domain/capacity';
import { decideCancelReservation, reservationRefused, reserved } from '@cadastre/domain/reservation';
import type { ReservationRequest } from '@cadastre/domain/reservation';
import type { Decider, Known, Planned, Step } from './step.ts';
import { needed, refusedWith, withResult } from './step.ts';

/** Machines pinned for a reservation, with its row; or the decision that says why not. */
export const reserve = ({ reservation, act, idempotency }: Extract<AllocateRequest, { kind: 'RESERVE' }>, by: Decider): Step => {
  const request: ReservationDecided = { ...reservation, now: by.clock() };
  const verdict = placeReservation(by.state, request);
  const decisionId = by.ids.next('decision');
  if (verdict.outcome === 'REFUSED') {
    const reply: Planned['reply'] = ([auditId]) => ({ kind: 'REFUSED', decisionId, verdict, auditId: needed(auditId) });
    const audit = [reservationRefused(request, verdict, by)];
    return {
      kind: 'write', entries: [], reply,
      item: { kind: 'REFUSE_RESERVATION', act, decisionId, request, verdict, policyVersion: POLICY_VERSION, audit, idempotency: withResult(idempotency, 'createReservation', reply) },
    };
  }
  const facts = verdict.machines.map(t => reserveFact(request, t));
  const { next, audit } = reserved(request, { machineIds: facts.map(f => f.machineId), decisionId, regionId: by.regionId }, by);
  const reply: Planned['reply'] = ([auditId]) => ({ kind: 'RESERVED', reservationId: request.reservationId, decisionId, auditId: needed(auditId) });
  return {
    kind: 'write', entries: facts, reply,
    item: { kind: 'RESERVE', act, reservation: next, request, verdict: reservationVerdict(verdict), policyVersion: POLICY_VERSION, facts, audit, idempotency: withResult(idempotency, 'createReservation', reply) },
  };
};

const reserveFact = ({ reservationId, tenantId, projectId, from, to }: ReservationRequest, taking: Taking): ReserveFact => ({ kind: 'RESERVE', reservationId, tenantId, projectId, from, to, ...taking });

/** A reservation given back before its end. What was drawn from it goes on running: its lease is its own. */
export const cancelReservation = ({ reservationId, tenantId, act, idempotency }: Extract<AllocateRequest, { kind: 'CANCEL_RESERVATION' }>, known: Known, by: Decider): Step => {
  const now = by.clock();
  const d = decideCancelReservation(known.reservations.get(reservationId), { tenantId, reservationId, now }, by);
  if (!d.ok) return refusedWith(d.error);
  const reply: Planned['reply'] = ([auditId]) => ({ kind: 'RESERVATION_CANCELLED', reservationId, auditId: needed(auditId) });
  return {
    kind: 'write', entries: [{ kind: 'UNRESERVE', reservationId, undo: by.state.reservations.get(reservationId) ?? [] }], reply,
    item: { kind: 'UNRESERVE', act, reservationId, tenantId, cancelledAt: now, audit: d.value.audit, idempotency: withResult(idempotency, 'cancelReservation', reply) },
  };
};
