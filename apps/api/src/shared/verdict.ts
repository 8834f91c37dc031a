import type { Refusal } from '@cadastre/domain/capacity';
import type { Params } from '@cadastre/domain/core';
import { CATALOGUES, render } from './messages/render.ts';
import type { Viewer } from './viewer.ts';

/** One failed check of a verdict, in words and numbers: `PlacementRefusal` of the schema. */
export const reasonData = (viewer: Viewer, { reason, candidates, params }: Refusal): object => ({
  reason, candidates, message: render(viewer.lang, CATALOGUES[viewer.lang].placement[reason], params), numbers: numbersOf(params),
});
const numbersOf = (params: Params): readonly object[] => Object.entries(params).flatMap(([name, value]) => (typeof value === 'number' ? [{ name, value }] : []));
