import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { GrantQuotaInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { grantQuota } from './quota.commands.ts';

@Resolver()
export class QuotaProviderResolver {
  @Mutation('grantQuota')
  grantQuota(@Args('input') input: GrantQuotaInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return grantQuota(viewer, input);
  }
}
