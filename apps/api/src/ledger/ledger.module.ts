import { Module } from '@nestjs/common';
import { LedgerResolver } from './ledger.resolver.ts';

@Module({ providers: [LedgerResolver] })
export class LedgerModule {}
