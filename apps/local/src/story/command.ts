import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url));

export interface CliEnvironment {
  /** Folder that holds run.json. */
  readonly state: string;
  readonly lang: string;
  readonly signal: AbortSignal;
}

/** Runs `cadastre …` as a person would, and returns what it printed; a failure carries its own sentence. */
export const cadastre = async (environment: CliEnvironment, args: readonly string[]): Promise<string> => {
  const env = { ...process.env, CADASTRE_STATE: environment.state, LC_ALL: environment.lang };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], signal: environment.signal });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise<number>((done, failed) => {
    child.on('error', failed);
    child.on('exit', c => { done(c ?? 1); });
  })]);
  if (code !== 0) throw new Error(`cadastre ${args.join(' ')}: ${err.trim() || out.trim() || `exit ${String(code)}`}`);
  return out;
};

const text = async (stream: NodeJS.ReadableStream): Promise<string> => {
  let all = '';
  for await (const part of stream.setEncoding('utf8')) all += String(part);
  return all;
};
