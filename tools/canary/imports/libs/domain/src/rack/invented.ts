// refused: fixtures-are-for-specs
import { drawn } from './racks.fixture.ts';
export const invented = drawn;
