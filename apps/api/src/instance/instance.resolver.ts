import { Args, Context, Info, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Viewer } from '../shared/viewer.ts';
import { listInstances, loadInstance, type InstanceListArguments } from './instance.reads.ts';
import { detailsOf } from './selection.ts';

/** What both doors can ask. */
@Resolver()
export class InstanceResolver {
  @Query('gpuInstances')
  async gpuInstances(@Args() args: InstanceListArguments, @Context('viewer') viewer: Viewer, @Info() info: GraphQLResolveInfo): Promise<object> {
    return await listInstances(viewer, args, detailsOf(info));
  }
  @Query('gpuInstance')
  async gpuInstance(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return await loadInstance(viewer, id);
  }
}
