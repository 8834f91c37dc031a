import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreatePowerNodeInput, ImportPowerNodesInput, QueryPowerNodesArgs, UpdatePowerNodeInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createPowerNode, importPowerNodes, listPowerNodes, loadPowerNode, updatePowerNode } from './powernode.commands.ts';

@Resolver()
export class PowerNodeResolver {
  @Query('powerNodes')
  powerNodes(@Args() args: QueryPowerNodesArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listPowerNodes(viewer, { first: args.first ?? 50, after: args.after }, { datacenterId: args.datacenterId });
  }
  @Query('powerNode')
  powerNode(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadPowerNode(viewer, id);
  }
  @Mutation('createPowerNode')
  createPowerNode(@Args('input') input: CreatePowerNodeInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createPowerNode(viewer, input);
  }
  @Mutation('updatePowerNode')
  updatePowerNode(@Args('input') input: UpdatePowerNodeInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updatePowerNode(viewer, input);
  }
  @Mutation('importPowerNodes')
  importPowerNodes(@Args('input') input: ImportPowerNodesInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return importPowerNodes(viewer, input);
  }
}
