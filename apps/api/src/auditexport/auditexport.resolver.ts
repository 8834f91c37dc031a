import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CancelAuditExportInput, CreateAuditExportInput, QueryAuditExportsArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { cancelAuditExport, createAuditExport, listAuditExports, loadAuditExport } from './auditexport.commands.ts';

@Resolver()
export class AuditExportResolver {
  @Query('auditExports')
  auditExports(@Args() args: QueryAuditExportsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listAuditExports(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Query('auditExport')
  auditExport(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadAuditExport(viewer, id);
  }
  @Mutation('createAuditExport')
  createAuditExport(@Args('input') input: CreateAuditExportInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createAuditExport(viewer, input);
  }
  @Mutation('cancelAuditExport')
  cancelAuditExport(@Args('input') input: CancelAuditExportInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return cancelAuditExport(viewer, input);
  }
}
