// refused: apps-are-strangers
import { loop } from '../../controller/src/loop/loop.ts';
export const neighbour = loop;
