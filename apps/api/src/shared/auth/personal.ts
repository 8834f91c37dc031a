import type { PersonalValues } from '@cadastre/domain/audit';
import type { Clock } from '@cadastre/domain/core';
import { PROVIDER_SCOPE, type Subject } from '@cadastre/platform/keeper';
import type { Identity } from './identity.ts';

/** Whose key seals what of a caller. */
export interface PersonalPart {
  readonly subject: Subject;
  readonly values: PersonalValues;
}

export const subjectOf = ({ actor, organisation }: Identity): Subject => ({ scope: organisation?.id ?? PROVIDER_SCOPE, subject: actor.id });

/** `address` is the peer's: what a proxy says of others is not believed, since any caller can say it too. */
export const personalPart = (identity: Identity, address: string | undefined): PersonalPart => ({
  subject: subjectOf(identity),
  values: {
    ...(identity.claimed?.name === undefined ? {} : { 'actor.name': identity.claimed.name }), ...(identity.claimed?.email === undefined ? {} : { 'actor.email': identity.claimed.email }),
    ...(address === undefined ? {} : { 'source.address': address }),
  },
});

/** Nobody knows who it was. One key a day: one for each address would let a scan fill the keeper, and one for ever could not be destroyed without all the others. */
export const strangersPart = (clock: Clock, address: string | undefined): PersonalPart => ({
  subject: { scope: PROVIDER_SCOPE, subject: `anonymous/${clock.now().slice(0, 10)}` }, values: address === undefined ? {} : { 'source.address': address },
});
