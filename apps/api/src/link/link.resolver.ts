import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateLinkInput, QueryLinksArgs, UpdateLinkInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createLink, listLinks, loadLink, siteResilience, updateLink } from './link.commands.ts';

@Resolver()
export class LinkResolver {
  @Query('links')
  links(@Args() args: QueryLinksArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listLinks(viewer, { first: args.first ?? 50, after: args.after }, { datacenterId: args.datacenterId });
  }
  @Query('link')
  link(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadLink(viewer, id);
  }
  @Query('siteResilience')
  siteResilience(@Args('datacenterId') datacenterId: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return siteResilience(viewer, datacenterId);
  }
  @Mutation('createLink')
  createLink(@Args('input') input: CreateLinkInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createLink(viewer, input);
  }
  @Mutation('updateLink')
  updateLink(@Args('input') input: UpdateLinkInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateLink(viewer, input);
  }
}
