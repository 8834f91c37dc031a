import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CancelReservationInput, CreateReservationInput, QueryReservationsArgs } from '../generated/tenant.ts';
import type { Viewer } from '../shared/viewer.ts';
import { cancelReservation, createReservation, listReservations, loadReservation } from './reservation.commands.ts';

@Resolver()
export class ReservationResolver {
  @Query('reservations')
  reservations(@Args() args: QueryReservationsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listReservations(viewer, { first: args.first ?? 50, after: args.after }, { projectId: args.projectId });
  }
  @Query('reservation')
  reservation(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadReservation(viewer, id);
  }
  @Mutation('createReservation')
  createReservation(@Args('input') input: CreateReservationInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createReservation(viewer, input);
  }
  @Mutation('cancelReservation')
  cancelReservation(@Args('input') input: CancelReservationInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return cancelReservation(viewer, input);
  }
}
