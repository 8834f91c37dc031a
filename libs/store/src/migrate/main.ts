import { tablesFromSchema } from './diff.ts';
import { migrate } from './apply.ts';
import { drift } from './drift.ts';
import { ROLES } from './roles.ts';
import type { Passwords } from './roles.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const passwordsFrom = (env: NodeJS.ProcessEnv): Passwords =>
  Object.fromEntries(ROLES.map(role => [role, env[`CADASTRE_DB_PASSWORD_${role.toUpperCase()}`]]).filter(([, value]) => value !== undefined && value !== ''));

const run = async (): Promise<number> => {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') {
    say('migrate: DATABASE_URL is missing; it accepts postgresql://user:password@host:port/database of a superuser or of a role with CREATEROLE');
    return 2;
  }
  if (process.argv.includes('--print-tables')) {
    say(await tablesFromSchema(url));
    return 0;
  }
  const started = process.hrtime.bigint();
  const done = await migrate(url, passwordsFrom(process.env));
  if (process.argv.includes('--drift')) {
    const difference = await drift(url);
    if (difference.length > 0) {
      say(`migrate: prisma/schema.prisma and prisma/migrations disagree; write a migration for:\n${difference.join('\n')}`);
      return 1;
    }
  }
  const ms = Number((process.hrtime.bigint() - started) / 1_000_000n);
  const what = done.applied.length === 0 ? 'nothing to apply' : `applied ${done.applied.join(', ')}`;
  say(`migrate: database ${done.database} has ${String(done.total)} migrations, ${what} (${String(ms)} ms)`);
  return 0;
};

try {
  process.exitCode = await run();
} catch (error) {
  say(`migrate: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
// The schema engine leaves a 10 s timer behind (the patience of its own lock), which would keep the process that long for nothing.
process.stdout.write('', () => process.exit());
