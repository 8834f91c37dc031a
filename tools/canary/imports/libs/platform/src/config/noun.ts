// refused: platform-knows-no-noun
import { rack } from '../../../domain/src/rack/index.ts';
export const noun = rack;
