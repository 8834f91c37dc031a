// refused: sibling-nouns
import { rack } from '../rack/rack.commands.ts';
export const sibling = rack;
