import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateRackInput, ImportRacksInput, QueryRacksArgs, UpdateRackInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createRack, importRacks, listRacks, loadRack, updateRack } from './rack.commands.ts';

@Resolver()
export class RackResolver {
  @Query('racks')
  racks(@Args() args: QueryRacksArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listRacks(viewer, { first: args.first ?? 50, after: args.after }, { datacenterId: args.datacenterId, hallId: args.hallId });
  }
  @Query('rack')
  rack(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadRack(viewer, id);
  }
  @Mutation('createRack')
  createRack(@Args('input') input: CreateRackInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createRack(viewer, input);
  }
  @Mutation('updateRack')
  updateRack(@Args('input') input: UpdateRackInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateRack(viewer, input);
  }
  @Mutation('importRacks')
  importRacks(@Args('input') input: ImportRacksInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return importRacks(viewer, input);
  }
}
