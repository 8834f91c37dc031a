import { execFile } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { StackError } from './stack-error.ts';
import type { StateDir } from './state-dir.ts';

/** A program that runs to its end during the start, such as the migrations. Its output goes to its log. */
export interface OneShot {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly remedy: string;
}

const SHOWN_LINES = 10;

export function runOneShot(dir: StateDir, shot: OneShot): Promise<void> {
  const log = `${dir.folder('logs')}/${shot.name}.log`;
  return new Promise((resolve, reject) => {
    const child = execFile(shot.command, shot.args, { cwd: shot.cwd, env: { ...shot.env }, timeout: shot.timeoutMs, killSignal: 'SIGKILL', maxBuffer: 16_000_000 }, (e, stdout, stderr) => {
      dir.forgetChild(shot.name);
      const output = `${stdout}${stderr}`;
      appendFileSync(log, `--- ${new Date().toISOString()}\n${output}`);
      if (e === null) {
        resolve();
        return;
      }
      const why = e.killed === true ? `did not end within ${shot.timeoutMs / 1000} s` : `ended with exit code ${e.code ?? '?'}`;
      const lines = output.split('\n').filter((l) => l.trim() !== '').slice(-SHOWN_LINES).map((l) => `    ${l}`);
      reject(new StackError('CHILD_DIED', `${shot.name} ${why}.\n  its log, ${log}, ends with:\n${lines.join('\n')}`, shot.remedy));
    });
    if (child.pid !== undefined) dir.recordChild(shot.name, child.pid);
  });
}
