import { configOrExit, migrateConfig, processEnvironment } from '@cadastre/platform/config';
import { migrate } from './apply.ts';
import { tablesFromSchema } from './diff.ts';
import { drift } from './drift.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What a developer asks of a throw-away server: no passwords, so the roles cannot log in. */
const asked = async (url: string, what: '--print-tables' | '--drift'): Promise<number> => {
  if (what === '--print-tables') {
    say(await tablesFromSchema(url));
    return 0;
  }
  await migrate(url);
  const difference = await drift(url);
  if (difference.length === 0) {
    say('migrate: prisma/schema.prisma and prisma/migrations agree');
    return 0;
  }
  say(`migrate: prisma/schema.prisma and prisma/migrations disagree; write a migration for:\n${difference.join('\n')}`);
  return 1;
};

const deploy = async (): Promise<number> => {
  const config = configOrExit(migrateConfig);
  const started = process.hrtime.bigint();
  const done = await migrate(config.databaseUrl, {
    migrate: config.passwordMigrate, tenant: config.passwordTenant, provider: config.passwordProvider, allocator: config.passwordAllocator, controller: config.passwordController, notary: config.passwordNotary, monitor: config.passwordMonitor,
  });
  const ms = (process.hrtime.bigint() - started) / 1_000_000n;
  const what = done.applied.length === 0 ? 'nothing to apply' : `applied ${done.applied.join(', ')}`;
  say(`migrate: database ${done.database} has ${String(done.total)} migrations, ${what} (${String(ms)} ms)`);
  return 0;
};

const run = (): Promise<number> => {
  const what = process.argv[2];
  const url = processEnvironment()['DATABASE_URL'] ?? '';
  return (what === '--print-tables' || what === '--drift') && url !== '' ? asked(url, what) : deploy();
};

try {
  process.exitCode = await run();
} catch (error) {
  say(`migrate: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
// The schema engine leaves a 10 s timer behind (the patience of its own lock), which would keep the process that long for nothing.
process.stdout.write('', () => process.exit());
