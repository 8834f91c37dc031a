import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryQuotasArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { listQuotas, loadQuota } from './quota.commands.ts';

@Resolver()
export class QuotaResolver {
  @Query('quotas')
  quotas(@Args() args: QueryQuotasArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listQuotas(viewer, { first: args.first ?? 50, after: args.after }, { regionId: args.regionId });
  }
  @Query('quota')
  quota(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadQuota(viewer, id);
  }
}
