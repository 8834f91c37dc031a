// refused: client-node-only-in-kube
import { KubeConfig } from '@kubernetes/client-node';
export const nodes = KubeConfig;
