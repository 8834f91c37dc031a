import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateProjectInput, QueryProjectsArgs, UpdateProjectInput } from '../generated/tenant.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createProject, listProjects, loadProject, updateProject } from './project.commands.ts';

@Resolver()
export class ProjectResolver {
  @Query('projects')
  projects(@Args() args: QueryProjectsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listProjects(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Query('project')
  project(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadProject(viewer, id);
  }
  @Mutation('createProject')
  createProject(@Args('input') input: CreateProjectInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createProject(viewer, input);
  }
  @Mutation('updateProject')
  updateProject(@Args('input') input: UpdateProjectInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateProject(viewer, input);
  }
}
