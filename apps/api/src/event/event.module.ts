import { Module } from '@nestjs/common';
import { EventResolver } from './event.resolver.ts';

@Module({ providers: [EventResolver] })
export class EventModule {}
