// refused: kube-and-store-see-the-domain-only
import { store } from '../../../store/src/pool/index.ts';
export const saved = store;
