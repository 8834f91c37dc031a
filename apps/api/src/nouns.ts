import type { Type } from '@nestjs/common';
import { ProjectModule } from './project/project.module.ts';

/** Which nouns each door serves. A noun in both doors has one module, or one per door where they differ. */
export const NOUNS: Readonly<Record<'tenant' | 'provider', readonly Type[]>> = {
  tenant: [ProjectModule],
  provider: [],
};
