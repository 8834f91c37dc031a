import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadAlarm } from './alarm.commands.ts';
import { AlarmAnswerResolver, AlarmResolver } from './alarm.resolver.ts';

@Module({ providers: [AlarmResolver] })
export class AlarmModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('alarm', loadAlarm);
  }
}

@Module({ providers: [AlarmAnswerResolver] })
export class AlarmProviderModule {}
