import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { QueryClustersArgs, RegisterClusterInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { listClusters, loadCluster, registerCluster } from './cluster.commands.ts';

@Resolver()
export class ClusterResolver {
  @Query('clusters')
  clusters(@Args() args: QueryClustersArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listClusters(viewer, { first: args.first ?? 50, after: args.after }, { datacenterId: args.datacenterId });
  }
  @Query('cluster')
  cluster(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadCluster(viewer, id);
  }
  @Mutation('registerCluster')
  registerCluster(@Args('input') input: RegisterClusterInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return registerCluster(viewer, input);
  }
}
