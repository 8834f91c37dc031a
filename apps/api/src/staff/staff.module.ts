import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadStaffCoverage } from './staff.commands.ts';
import { StaffResolver } from './staff.resolver.ts';

@Module({ providers: [StaffResolver] })
export class StaffModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('staff', loadStaffCoverage);
  }
}
