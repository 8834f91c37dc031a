import { boardOf } from '@cadastre/domain/board';
import { no, ok, problem, type Faults, type Result } from '@cadastre/domain/core';
import * as boards from '@cadastre/store/board';
import * as regions from '@cadastre/store/region';
import type { QueryLimitingBoardArgs } from '../generated/provider.ts';
import { idOrNone } from '../shared/input.ts';
import { faultsData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

/** Open to every role of the provider: the database hands over sums, never a tenant's request. */
export const limitingBoard = async (viewer: Viewer, { regionId, from, to }: QueryLimitingBoardArgs): Promise<object> => {
  const answer = await viewer.door.store.read(viewer.scope, async (q): Promise<Result<object, Faults>> => {
    const id = idOrNone('region', regionId);
    const region = id === undefined ? undefined : await regions.get(q, id);
    if (region === undefined) return no([problem('NOT_FOUND', { noun: 'region', id: regionId.slice(0, 80) }, { path: ['regionId'] })]);
    if (to <= from) return no([problem('INTERVAL_REVERSED', { field: 'to', from, to }, { path: ['to'] })]);
    return ok({ __typename: 'LimitingBoard', region, from, to, cells: boardOf(await boards.unplaced(q, region.id, from, to)) });
  });
  return answer.ok ? answer.value : faultsData(viewer.lang, answer.error);
};
