import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { healthy } from '../../../apps/local/src/host/http.ts';
import { anyPorts } from '../../../apps/local/src/stack/ports.ts';
import { environment } from '../../../apps/local/src/stack/product.ts';
import { TEST_PASSWORD } from '../../../libs/store/src/testing/index.ts';
import { ORIGIN, type Place } from '../../../apps/notary/src/testing/rig.ts';
import type { Context } from '../harness/context.ts';
import type { Ground } from './database.ts';

/** The notary as it runs in production, in a process of its own; the signer answers from this one, and signs once a batch. */
export const startNotary = async (c: Context, { db }: Ground, place: Place): Promise<void> => {
  const token = join(place.folder, 'token');
  await writeFile(token, place.signerToken);
  const ports = await anyPorts();
  await c.family.start({
    name: 'notary', command: process.execPath, args: ['apps/notary/src/seal/main.ts'], cwd: c.root, startTimeoutMs: 60_000, stopSignal: 'SIGTERM', stopGraceMs: 12_000, remedy: 'Read the log named above.',
    env: environment({
      CADASTRE_ENV: 'development', CADASTRE_LOG_LEVEL: 'warn', CADASTRE_AUDIT_ORIGIN: ORIGIN, CADASTRE_HEALTH_PORT: String(ports.notaryHealth), DATABASE_URL: db.urlAs('cadastre_notary', TEST_PASSWORD),
      CADASTRE_AUDIT_STORAGE: pathToFileURL(join(place.folder, 'storage')).href, CADASTRE_SIGNER_URL: place.signerUrl, CADASTRE_SIGNER_TOKEN_FILE: token,
    }),
    ready: () => healthy(`http://127.0.0.1:${ports.notaryHealth}/readyz`),
  });
};
