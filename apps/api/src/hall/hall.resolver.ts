import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateHallInput, QueryHallsArgs, UpdateHallInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createHall, listHalls, loadHall, updateHall } from './hall.commands.ts';

@Resolver()
export class HallResolver {
  @Query('halls')
  halls(@Args() args: QueryHallsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listHalls(viewer, { first: args.first ?? 50, after: args.after }, { datacenterId: args.datacenterId });
  }
  @Query('hall')
  hall(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadHall(viewer, id);
  }
  @Mutation('createHall')
  createHall(@Args('input') input: CreateHallInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createHall(viewer, input);
  }
  @Mutation('updateHall')
  updateHall(@Args('input') input: UpdateHallInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateHall(viewer, input);
  }
}
