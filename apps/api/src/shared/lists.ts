import type { Page, PageRequest } from '@cadastre/store/sql';
import { badRequest } from './errors.ts';
import { checkFirst, connection, idCursor, readIdCursor } from './paging.ts';
import type { Viewer } from './viewer.ts';

/** Arguments of every list. */
export interface ListArgs {
  readonly first: number;
  readonly after?: string | null | undefined;
}

/** A list in id order, from the store's page to a Relay connection. `data` shapes one object. */
export const listById = async <T extends { readonly id: string }>(
  viewer: Viewer, { first, after }: ListArgs, page: (request: PageRequest) => Promise<Page<T>>, data: (items: readonly T[]) => readonly object[] | Promise<readonly object[]>,
): Promise<object> => {
  const cursor = readIdCursor(after);
  if (!cursor.ok) throw badRequest(viewer.lang, cursor.error);
  const fault = checkFirst(first);
  if (fault !== undefined) throw badRequest(viewer.lang, fault);
  const found = await page({ first, ...(cursor.value === undefined ? {} : { after: cursor.value }) });
  return connection({ ...found, items: (await data(found.items)) as readonly { readonly id: string }[] }, idCursor, after);
};
