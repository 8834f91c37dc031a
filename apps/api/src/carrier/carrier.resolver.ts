import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateCarrierInput, QueryCarriersArgs, UpdateCarrierInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createCarrier, listCarriers, loadCarrier, updateCarrier } from './carrier.commands.ts';

@Resolver()
export class CarrierResolver {
  @Query('carriers')
  carriers(@Args() args: QueryCarriersArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listCarriers(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Query('carrier')
  carrier(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadCarrier(viewer, id);
  }
  @Mutation('createCarrier')
  createCarrier(@Args('input') input: CreateCarrierInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createCarrier(viewer, input);
  }
  @Mutation('updateCarrier')
  updateCarrier(@Args('input') input: UpdateCarrierInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateCarrier(viewer, input);
  }
}
