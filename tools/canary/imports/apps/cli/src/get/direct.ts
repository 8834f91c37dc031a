// refused: the-command-line-goes-through-the-doors
import { store } from '../../../../libs/store/src/pool/index.ts';
export const direct = store;
