// refused: kube-and-store-see-the-domain-only
import { log } from '../../../platform/src/log/index.ts';
export const logged = log;
