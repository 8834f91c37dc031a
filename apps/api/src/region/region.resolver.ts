import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryRegionsArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { listRegions, loadRegion } from './region.commands.ts';

@Resolver()
export class RegionResolver {
  @Query('regions')
  regions(@Args() args: QueryRegionsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listRegions(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Query('region')
  region(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadRegion(viewer, id);
  }
}
