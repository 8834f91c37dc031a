import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateNodePoolInput, PauseNodePoolInput, QueryNodePoolsArgs, ScaleNodePoolInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createNodePool, listNodePools, loadNodePool, pauseNodePool, scaleNodePool } from './pool.commands.ts';

@Resolver()
export class PoolResolver {
  @Query('nodePools')
  nodePools(@Args() args: QueryNodePoolsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listNodePools(viewer, { first: args.first ?? 50, after: args.after }, { clusterId: args.clusterId });
  }
  @Query('nodePool')
  nodePool(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadNodePool(viewer, id);
  }
  @Mutation('createNodePool')
  createNodePool(@Args('input') input: CreateNodePoolInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createNodePool(viewer, input);
  }
  @Mutation('scaleNodePool')
  scaleNodePool(@Args('input') input: ScaleNodePoolInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return scaleNodePool(viewer, input);
  }
  @Mutation('pauseNodePool')
  pauseNodePool(@Args('input') input: PauseNodePoolInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return pauseNodePool(viewer, input);
  }
}
