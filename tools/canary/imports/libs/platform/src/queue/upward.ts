// refused: libs-never-import-apps platform-knows-no-noun
import { loop } from '../../../../apps/controller/src/loop/loop.ts';
export const upward = loop;
