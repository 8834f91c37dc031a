import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { QueryAccessTrailArgs } from '../generated/tenant.ts';
import type { Viewer } from '../shared/viewer.ts';
import { accessTrail } from './access.commands.ts';
import { auditEvents, auditLines, type AuditArguments } from './audit.commands.ts';
import { personalOf } from './personal.ts';

@Resolver('AuditEvent')
export class AuditResolver {
  @Query('auditEvents')
  async auditEvents(@Args() args: AuditArguments, @Context('viewer') viewer: Viewer): Promise<object> {
    return await auditEvents(viewer, args);
  }
  @Query('accessTrail')
  accessTrail(@Args() args: QueryAccessTrailArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return accessTrail(viewer, args);
  }
  @Query('auditLines')
  async auditLines(@Args() args: AuditArguments, @Context('viewer') viewer: Viewer): Promise<object> {
    return await auditLines(viewer, args);
  }
  @ResolveField('personal')
  async personal(@Parent() event: { readonly line: string }, @Context('viewer') viewer: Viewer): Promise<readonly object[]> {
    return await personalOf(viewer, event.line);
  }
}
