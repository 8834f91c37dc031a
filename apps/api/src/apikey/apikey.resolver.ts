import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateApiKeyInput, QueryApiKeysArgs, RevokeApiKeyInput } from '../generated/tenant.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createApiKey, listApiKeys, revokeApiKey } from './apikey.commands.ts';

@Resolver()
export class ApiKeyResolver {
  @Query('apiKeys')
  async apiKeys(@Args() args: QueryApiKeysArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return await listApiKeys(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Mutation('createApiKey')
  async createApiKey(@Args('input') input: CreateApiKeyInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return await createApiKey(viewer, input);
  }
  @Mutation('revokeApiKey')
  async revokeApiKey(@Args('input') input: RevokeApiKeyInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return await revokeApiKey(viewer, input);
  }
}
