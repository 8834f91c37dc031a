import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryTenancyReportArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { tenancyReport } from './tenancy.commands.ts';

@Resolver()
export class TenancyResolver {
  @Query('tenancyReport')
  tenancyReport(@Args() args: QueryTenancyReportArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return tenancyReport(viewer, args);
  }
}
