import type { Logger } from '@cadastre/platform/log';
import * as kubeAudit from '@cadastre/store/kubeaudit';
import type { Store } from '@cadastre/store/pool';

/** Rows of one statement. */
const AT_ONCE = 5_000;

/** Lets go of the requests of API servers that were judged more than so many days ago and whose act is over. */
export const forgetKubeRequests = async ({ store, log }: { readonly store: Store; readonly log: Logger }, days: number): Promise<void> => {
  let gone = 0;
  for (let n = AT_ONCE; n === AT_ONCE; gone += n) n = await kubeAudit.prune(store, days, AT_ONCE);
  if (gone > 0) log.info({ gone, days }, 'requests that API servers wrote down are past their time');
};
