import type { Clause } from './model.ts';
import { HDS, ISO_GDPR, NIS2 } from './others.ts';
import { SECNUMCLOUD } from './secnumcloud.ts';

export type { Clause, Where, Words } from './model.ts';

/** Every clause that the product leaves evidence for, and those that only the operator can answer. */
export const CLAUSES: readonly Clause[] = [...SECNUMCLOUD, ...HDS, ...NIS2, ...ISO_GDPR];
