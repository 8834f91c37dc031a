import { Args, Context, Info, Mutation, Resolver, Subscription } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { CreateGpuInstancesInput, ReleaseGpuInstanceInput } from '../generated/tenant.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createGpuInstances, releaseGpuInstance } from './instance.commands.ts';
import { watchInstance } from './instance.reads.ts';
import { asksOnlyAtBirth } from './selection.ts';

@Resolver()
export class TenantInstanceResolver {
  @Mutation('createGpuInstances')
  async createGpuInstances(@Args('input') input: CreateGpuInstancesInput, @Context('viewer') viewer: Viewer, @Info() info: GraphQLResolveInfo): Promise<object> {
    return await createGpuInstances(viewer, input, asksOnlyAtBirth(info) ? 'brief' : 'full');
  }
  @Mutation('releaseGpuInstance')
  async releaseGpuInstance(@Args('input') input: ReleaseGpuInstanceInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return await releaseGpuInstance(viewer, input);
  }
  @Subscription('gpuInstance', { resolve: (instance: object) => instance })
  async gpuInstance(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<AsyncIterableIterator<object>> {
    return await watchInstance(viewer, id);
  }
}
