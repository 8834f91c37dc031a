import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { ApproveMandateInput, ProposeMandateInput as ProviderInput, QueryMandatesArgs, RevokeMandateInput } from '../generated/provider.ts';
import type { ProposeMandateInput as TenantInput } from '../generated/tenant.ts';
import type { Viewer } from '../shared/viewer.ts';
import { approveMandate, listMandates, proposeMandate, revokeMandate } from './mandate.commands.ts';

@Resolver('Mandate')
export class MandateResolver {
  @Query('mandates')
  mandates(@Args() args: QueryMandatesArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listMandates(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Mutation('proposeMandate')
  proposeMandate(@Args('input') input: TenantInput | ProviderInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return proposeMandate(viewer, input);
  }
  @Mutation('approveMandate')
  approveMandate(@Args('input') input: ApproveMandateInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return approveMandate(viewer, input);
  }
  @Mutation('revokeMandate')
  revokeMandate(@Args('input') input: RevokeMandateInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return revokeMandate(viewer, input);
  }
}
