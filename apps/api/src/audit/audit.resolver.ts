import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../shared/viewer.ts';
import { auditEvents, auditLines, type AuditArguments } from './audit.commands.ts';

@Resolver()
export class AuditResolver {
  @Query('auditEvents')
  async auditEvents(@Args() args: AuditArguments, @Context('viewer') viewer: Viewer): Promise<object> {
    return await auditEvents(viewer, args);
  }
  @Query('auditLines')
  async auditLines(@Args() args: AuditArguments, @Context('viewer') viewer: Viewer): Promise<object> {
    return await auditLines(viewer, args);
  }
}
