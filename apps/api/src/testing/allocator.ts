import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TEST_PASSWORD } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';

export interface TestAllocator {
  kill(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../../allocator/src/main.ts', import.meta.url));

/** The real allocator, as the process that it is: a door meets it over NATS only. It is ready when it answers. */
export const startAllocator = (db: TestDatabase, regionCode: string): TestAllocator => {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'], DATABASE_URL: db.urlAs('cadastre_allocator', TEST_PASSWORD), NATS_URL: process.env['CADASTRE_TEST_NATS_URL'], CADASTRE_REGIONS: regionCode,
      CADASTRE_HEALTH_PORT: '0', CADASTRE_ENV: 'development', CADASTRE_LOG_LEVEL: 'error',
    },
  });
  return {
    kill: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
};
