import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateMachineInput, CreateMachinesInput, QueryMachinesArgs, UpdateMachineInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createMachine, createMachines, listMachines, loadMachine, updateMachine } from './machine.commands.ts';

@Resolver()
export class MachineResolver {
  @Query('machines')
  machines(@Args() args: QueryMachinesArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listMachines(viewer, { first: args.first ?? 50, after: args.after }, { rackId: args.rackId, poolId: args.poolId, datacenterId: args.datacenterId });
  }
  @Query('machine')
  machine(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadMachine(viewer, id);
  }
  @Mutation('createMachine')
  createMachine(@Args('input') input: CreateMachineInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createMachine(viewer, input);
  }
  @Mutation('createMachines')
  createMachines(@Args('input') input: CreateMachinesInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createMachines(viewer, input);
  }
  @Mutation('updateMachine')
  updateMachine(@Args('input') input: UpdateMachineInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateMachine(viewer, input);
  }
}
