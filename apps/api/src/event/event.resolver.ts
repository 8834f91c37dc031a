import { Inject } from '@nestjs/common';
import { Args, Context, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { OutboxEvent } from '@cadastre/store/outbox';
import { Nodes } from '../shared/nodes.ts';
import type { Viewer } from '../shared/viewer.ts';
import { eventCursor, eventData, eventsAfter, type EventsArguments } from './event.commands.ts';

@Resolver('Event')
export class EventResolver {
  readonly #nodes: Nodes;
  constructor(@Inject(Nodes) nodes: Nodes) {
    this.#nodes = nodes;
  }
  @Query('eventCursor')
  async eventCursor(@Context('viewer') viewer: Viewer): Promise<string> {
    return await eventCursor(viewer);
  }
  @Subscription('events', { resolve: (e: OutboxEvent) => eventData(e) })
  events(@Args() args: EventsArguments, @Context('viewer') viewer: Viewer): AsyncIterableIterator<OutboxEvent> {
    return eventsAfter(viewer, args);
  }
  @ResolveField('object')
  async object(@Parent() event: ReturnType<typeof eventData>, @Context('viewer') viewer: Viewer): Promise<object | null> {
    return await this.#nodes.load(viewer, event.objectId);
  }
}
