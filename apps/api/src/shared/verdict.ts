import type { Refusal } from '@cadastre/domain/capacity';
import type { Params } from '@cadastre/domain/core';
import { CATALOGUES, render } from './messages/render.ts';
import type { Viewer } from './viewer.ts';

/** One failed check of a verdict, in words and numbers: `PlacementRefusal` of the schema. */
export const reasonData = (viewer: Viewer, { reason, candidates, params }: Refusal): object => ({
  reason, candidates, message: render(viewer.lang, CATALOGUES[viewer.lang].placement[reason], params), numbers: numbersOf(viewer, params),
});

/** What others do is for the operator to see. */
const OF_OTHERS: readonly string[] = ['heldByOthers'];
const numbersOf = (viewer: Viewer, params: Params): readonly object[] =>
  Object.entries(params).flatMap(([name, value]) => (typeof value === 'number' && !(viewer.door.name === 'tenant' && OF_OTHERS.includes(name)) ? [{ name, value }] : []));
