import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { CreateRegionInput, UpdateRegionInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createRegion, updateRegion } from './region.commands.ts';

@Resolver()
export class RegionProviderResolver {
  @Mutation('createRegion')
  createRegion(@Args('input') input: CreateRegionInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createRegion(viewer, input);
  }
  @Mutation('updateRegion')
  updateRegion(@Args('input') input: UpdateRegionInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateRegion(viewer, input);
  }
}
