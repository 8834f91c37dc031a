import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../harness/context.ts';
import { thisMachine } from '../harness/machine.ts';
import type { Figure, Report } from '../harness/report.ts';
import { spread } from '../harness/rounds.ts';
import { run } from '../harness/run.ts';
import { writeLongBundle } from './long-bundle.ts';

const EVENTS = 1_000_000;
/** Leaves that the loop hashes; its time is taken for as many as there are events. */
const SAMPLE = 100_000;
/** Runs a program and says how much memory it had at most, in KiB. */
const WATCHED = 'import resource, subprocess, sys; r = subprocess.run(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(r.returncode)';

/**
 * `audit-verify`: a whole bundle by each of the three programs, against hashing the same leaves one by one with `createHash` in this process; each whole program with its start, its reading and
 * its unpacking. A million events, since the goal speaks of ten: of a hundred thousand, the start alone is a third of a program.
 */
export const auditVerify = async (c: Context): Promise<Report> => {
  const machine = thisMachine();
  const [file, trust] = [join(c.dir.path, 'bundle.zip'), join(c.dir.path, 'trust.txt')];
  const bundle = await writeLongBundle(file, EVENTS, SAMPLE);
  writeFileSync(trust, bundle.trust);
  const programs = [
    { name: 'mjs', args: [process.execPath, 'apps/notary/verifiers/verify.mjs', '--trust', trust, file] },
    { name: 'py', args: ['python3', 'apps/notary/verifiers/verify.py', '--trust', trust, file] },
    { name: 'cli', args: [process.execPath, 'apps/cli/bin/cadastre.mjs', 'audit', 'verify', '--trust', trust, file] },
  ] as const;
  const rounds: { readonly loop: number; readonly took: Readonly<Record<string, number>>; readonly kib: Readonly<Record<string, number>> }[] = [];
  for (let round = 1; round <= c.options.rounds; round++) {
    const from = performance.now();
    for (const leaf of bundle.sample) createHash('sha256').update(leaf).digest();
    const loop = (performance.now() - from) * (EVENTS / SAMPLE);
    const took: Record<string, number> = {};
    const kib: Record<string, number> = {};
    for (const { name, args: [command, ...args] } of programs) {
      const began = performance.now();
      const { stdout, stderr } = await run('python3', ['-c', WATCHED, command, ...args], { cwd: c.root, signal: c.signal, timeoutMs: 600_000 });
      took[name] = performance.now() - began;
      kib[name] = Number(stderr.trim().split('\n').at(-1));
      if (!stdout.trimEnd().endsWith(`verdict: OK ${EVENTS} events`)) throw new Error(`${name} said: ${stdout.slice(-300)}`);
    }
    rounds.push({ loop, took, kib });
    c.say(`round ${round}  createHash loop ${loop.toFixed(0)} ms; ${programs.map(({ name }) => `${name} ${(took[name] ?? Number.NaN).toFixed(0)} ms, ${((kib[name] ?? Number.NaN) / 1_024).toFixed(0)} MiB`).join('; ')}`);
  }
  const figures = programs.flatMap(({ name }): readonly Figure[] => [
    { name: `audit-verify/${name}`, of: `createHash over the leaves / the whole of ${name}`, ...spread(rounds.map((r) => r.loop / (r.took[name] ?? Number.NaN))) },
    { name: `audit-verify/${name}-seconds-10M`, of: 'seconds for ten million such events', ...spread(rounds.map((r) => ((r.took[name] ?? Number.NaN) / 1_000) * (10_000_000 / EVENTS))) },
    { name: `audit-verify/${name}-MiB`, of: 'resident memory at most', ...spread(rounds.map((r) => (r.kib[name] ?? Number.NaN) / 1_024)) },
  ]);
  return { benchmark: 'audit-verify', machine, rounds: c.options.rounds, measured: [], figures, skipped: [], setting: { bundle: `${EVENTS} events, ${Math.round(bundle.leafBytes / EVENTS)} bytes each, 3 witnesses; ${Math.round(bundle.packedBytes / 2 ** 20)} MiB packed` } };
};
