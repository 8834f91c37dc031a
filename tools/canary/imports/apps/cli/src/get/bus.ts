// refused: the-command-line-goes-through-the-doors
import { nats } from '../../../../libs/platform/src/nats/index.ts';
export const bus = nats;
