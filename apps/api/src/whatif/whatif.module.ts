import { Module } from '@nestjs/common';
import { WhatIfResolver } from './whatif.resolver.ts';

@Module({ providers: [WhatIfResolver] })
export class WhatIfModule {}
