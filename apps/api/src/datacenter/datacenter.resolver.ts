import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateDatacenterInput, QueryDatacentersArgs, UpdateDatacenterInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createDatacenter, listDatacenters, loadDatacenter, updateDatacenter } from './datacenter.commands.ts';

@Resolver()
export class DatacenterResolver {
  @Query('datacenters')
  datacenters(@Args() args: QueryDatacentersArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listDatacenters(viewer, { first: args.first ?? 50, after: args.after }, { regionId: args.regionId });
  }
  @Query('datacenter')
  datacenter(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadDatacenter(viewer, id);
  }
  @Mutation('createDatacenter')
  createDatacenter(@Args('input') input: CreateDatacenterInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createDatacenter(viewer, input);
  }
  @Mutation('updateDatacenter')
  updateDatacenter(@Args('input') input: UpdateDatacenterInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateDatacenter(viewer, input);
  }
}
