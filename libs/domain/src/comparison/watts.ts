import type { Watts } from '../core/index.ts';
import type { Shape } from '../shape/model.ts';

/** Watts of as many whole machines of the shape as the GPUs need, all at their maximum: what must be contracted, not what is hoped. */
export const wattsOf = (gpus: number, shape: Pick<Shape, 'gpus' | 'maxW'>): Watts => Math.ceil(gpus / shape.gpus) * shape.maxW;
