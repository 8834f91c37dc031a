// refused: testing-is-for-specs
import { wait } from '../../../../libs/testing/src/wait/index.ts';
export const waits = wait;
