import { EXPORT_KEPT_DAYS } from '@cadastre/domain/auditexport';
import { isId, type AuditExportId } from '@cadastre/domain/core';
import { isEnded } from '@cadastre/domain/operation';
import { madeAt } from '@cadastre/platform/ids';
import * as exports from '@cadastre/store/auditexport';
import type { ExportDeps } from './deps.ts';

type Tools = Pick<ExportDeps, 'store' | 'objects' | 'clock' | 'log'>;
const FOLDER = 'exports/';
const DAY_MS = 86_400_000;

/**
 * Whether anybody can still be given this file. What has not ended may be writing it; one that has no row may be all that a database from before left, so it stays for as long as
 * anybody can have been promised it.
 */
const isNeeded = async ({ store, clock }: Tools, id: AuditExportId, key: string): Promise<boolean> => {
  const found = await store.read('system', q => exports.get(q, id));
  const now = clock.now();
  if (found === undefined) return Date.parse(now) - madeAt(id) < (EXPORT_KEPT_DAYS + 1) * DAY_MS;
  return !isEnded(found.state) || (found.file === key && (found.expiresAt ?? '') > now);
};

/** Removes the files whose time is over and those that a writer left that died, failed or was cancelled: what retention has passed must not live on in them. Other files in the folder are nobody's business here. */
export const removeLapsed = async (tools: Tools): Promise<void> => {
  let removed = 0;
  for await (const key of tools.objects.list(FOLDER)) {
    const id = key.slice(FOLDER.length).split('.')[0] ?? '';
    if (!isId('auditexport', id) || (await isNeeded(tools, id, key))) continue;
    await tools.objects.remove(key);
    removed += 1;
  }
  if (removed > 0) tools.log.info({ removed }, 'files of exports that are over were removed');
};
