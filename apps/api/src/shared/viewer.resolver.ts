import { Inject } from '@nestjs/common';
import { Args, Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { readTrailState } from '@cadastre/store/seal';
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

/** Visible to everybody who may ask at all: whether changes are taken concerns each of them, and says nothing about anybody. */
@Resolver('Viewer')
export class AuditTrailResolver {
  @ResolveField('auditTrail')
  async auditTrail(@Context('viewer') { door, scope }: Viewer): Promise<object> {
    return await door.store.read(scope, readTrailState);
  }
}
