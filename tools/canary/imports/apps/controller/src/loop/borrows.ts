// refused: testing-is-for-specs
import { site } from '../../../../libs/store/src/testing/index.ts';
export const borrows = site;
