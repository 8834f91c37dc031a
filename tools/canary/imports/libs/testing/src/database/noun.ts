// refused: testing-knows-no-noun
import { word } from '../../../domain/src/core/index.ts';
export const noun = word;
