import { spawn } from 'node:child_process';

export interface Ran { readonly stdout: string; readonly stderr: string }

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** A program run to its end; ended with the benchmark or after its time. Rejects with its last lines when it fails. */
export const run = (command: string, args: readonly string[], options: RunOptions): Promise<Ran> => new Promise((resolve, reject) => {
  const child = spawn(command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/nonexistent', LC_ALL: 'C.UTF-8', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'], signal: options.signal, timeout: options.timeoutMs, killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  child.once('error', reject);
  child.once('close', (code, killed) => {
    if (code === 0) {
      resolve({ stdout, stderr });
      return;
    }
    const last = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '').slice(-8).join('\n  ');
    reject(new Error(`${command} ended with ${killed === null ? `exit code ${code ?? '?'}` : killed}:\n  ${last}`));
  });
});

/** Whether a program of that name is on the PATH. */
export const isThere = async (command: string, signal: AbortSignal): Promise<boolean> => {
  try {
    await run('sh', ['-c', `command -v ${command}`], { signal, timeoutMs: 5_000 });
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
};
