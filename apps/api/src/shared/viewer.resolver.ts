import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { Nodes } from './nodes.ts';
import type { Viewer } from './viewer.ts';

/** What belongs to no noun: who asks, and any object by its id. */
@Resolver()
export class ViewerResolver {
  readonly #nodes: Nodes;
  constructor(@Inject(Nodes) nodes: Nodes) {
    this.#nodes = nodes;
  }
  @Query('viewer')
  viewer(@Context('viewer') { actor, organisation, door }: Viewer): object {
    return { id: actor.id, directory: door.name, roles: actor.roles, organisation: organisation ?? null };
  }
  @Query('node')
  async node(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | null> {
    return await this.#nodes.load(viewer, id);
  }
}
