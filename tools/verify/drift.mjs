// @ts-check
// The migrations, applied to an empty database, must give exactly what prisma/schema.prisma says: otherwise one of them was forgotten.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { lend } from '../../apps/local/src/testing/lend.ts';

/**
 * Compares on a real PostgreSQL brought up for this: a server that somebody else uses must not be migrated by a check.
 * @param {string} root @returns {Promise<string | undefined>} what differs, or undefined
 */
export const driftIn = async root => {
  const lent = await lend('postgres');
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'libs', 'store', 'src', 'migrate', 'main.ts'), '--drift'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: lent.env['CADASTRE_TEST_PG_URL'] },
    });
    return status === 0 ? undefined : `${stdout}${stderr}`.trim();
  } finally {
    await lent.giveBack();
  }
};
