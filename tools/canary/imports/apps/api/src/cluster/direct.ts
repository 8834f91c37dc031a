// refused: credentials-stay-in-the-controller
import { kube } from '../../../../libs/kube/src/client/index.ts';
export const direct = kube;
