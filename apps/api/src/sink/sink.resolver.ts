import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateAuditSinkInput, DeleteAuditSinkInput, PauseAuditSinkInput, QueryAuditSinksArgs } from '../generated/tenant.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createAuditSink, deleteAuditSink, listSinks, pauseAuditSink } from './sink.commands.ts';

@Resolver()
export class AuditSinkResolver {
  @Query('auditSinks')
  async auditSinks(@Args() args: QueryAuditSinksArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return await listSinks(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Mutation('createAuditSink')
  async createAuditSink(@Args('input') input: CreateAuditSinkInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return await createAuditSink(viewer, input);
  }
  @Mutation('pauseAuditSink')
  async pauseAuditSink(@Args('input') input: PauseAuditSinkInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return await pauseAuditSink(viewer, input);
  }
  @Mutation('deleteAuditSink')
  async deleteAuditSink(@Args('input') input: DeleteAuditSinkInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return await deleteAuditSink(viewer, input);
  }
}
