import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadReservation } from './reservation.commands.ts';
import { ReservationResolver } from './reservation.resolver.ts';

@Module({ providers: [ReservationResolver] })
export class ReservationModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('reservation', loadReservation);
  }
}
