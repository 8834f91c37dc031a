import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Programs that the auditor runs, each kept in one process that answers many questions: ten thousand bundles are not ten thousand starts of Python. */
const HERE = import.meta.dirname;
const PROGRAMS = resolve(HERE, '..', '..', 'verifiers');
// The interpreter itself: what a version manager puts before it is a script of its own, with words of its own.
const PYTHON = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
const COMMANDS = {
  'verify.py': [PYTHON, join(HERE, 'driver.py'), join(PROGRAMS, 'verify.py')],
  'verify.mjs': [process.execPath, join(HERE, 'driver.mjs'), join(PROGRAMS, 'verify.mjs')],
} as const;
export type VerifierName = keyof typeof COMMANDS;
export const VERIFIERS = Object.keys(COMMANDS) as readonly VerifierName[];

export const fileOf = (name: VerifierName): string => COMMANDS[name][2];
export const programOf = (name: VerifierName): string => COMMANDS[name][0];

export interface Run {
  /** All that was printed but the last line. */
  readonly said: string;
  readonly line: string;
  readonly code: number | null;
  /** Standard error: empty, whatever the input. */
  readonly trace: string;
}
/** Runs a program as an auditor does, by its command line. */
export const run = (name: VerifierName, args: readonly string[], env: Readonly<Record<string, string>> = {}): Run => {
  const { stdout, stderr, status } = spawnSync(COMMANDS[name][0], [fileOf(name), ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'], ...env }, timeout: 60_000 });
  const lines = stdout.trimEnd().split('\n');
  return { said: lines.slice(0, -1).join('\n'), line: lines.at(-1) ?? '', code: status, trace: stderr };
};

export interface Verdict {
  /** The last line, e.g. `verdict: OK 60 events`. */
  readonly line: string;
  readonly code: number;
}
export interface Verifier {
  readonly name: VerifierName;
  readonly ed25519: (key: Buffer, message: Buffer, signature: Buffer) => Promise<boolean>;
  readonly verify: (trustFile: string, bundleFile: string) => Promise<Verdict>;
  readonly stop: () => void;
}

/** Starts one. Questions are answered in order; a program that ends before its answers makes them fail. */
export const startVerifier = (name: VerifierName): Verifier => {
  const [command, ...args] = COMMANDS[name];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.resolve(line));
  child.on('close', code => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${name} ended with ${String(code)} before its answer`));
  });
  child.stdin.on('error', () => undefined);
  const ask = async (question: readonly string[]): Promise<unknown> => {
    const line = await new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(question)}\n`);
    });
    return JSON.parse(line) as unknown;
  };
  return {
    name,
    ed25519: async (...parts) => (await ask(['ed25519', ...parts.map(part => part.toString('hex'))])) === true,
    verify: async (trust, bundle) => {
      const [line, code] = (await ask(['verify', trust, bundle])) as readonly [string, number];
      return { line, code };
    },
    stop: () => child.stdin.end(),
  };
};

export interface Bench {
  readonly verifiers: readonly Verifier[];
  /** The verdict of each program on these bytes, in the order of `VERIFIERS`. */
  readonly judge: (bundle: Buffer, trust: string | Buffer) => Promise<readonly Verdict[]>;
  readonly folder: string;
  readonly stop: () => void;
}

/** All programs, with a folder to put what they read into. */
export const startBench = (names: readonly VerifierName[] = VERIFIERS): Bench => {
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-verify-'));
  const verifiers = names.map(startVerifier);
  let count = 0;
  return {
    verifiers, folder,
    judge: async (bundle, trust) => {
      const name = join(folder, String(count++));
      writeFileSync(`${name}.zip`, bundle);
      writeFileSync(`${name}.trust`, trust);
      const verdicts = await Promise.all(verifiers.map(verifier => verifier.verify(`${name}.trust`, `${name}.zip`)));
      rmSync(`${name}.zip`);
      rmSync(`${name}.trust`);
      return verdicts;
    },
    stop: () => {
      for (const verifier of verifiers) verifier.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
