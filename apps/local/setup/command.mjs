// @ts-check
import { spawn } from 'node:child_process';
import { SetupError } from './sentence.mjs';

const KEPT_LINES = 30;
const SHOWN_LINES = 12;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends what is running now; for Ctrl-C during the set-up. @param {NodeJS.Signals} signal */
export function interrupt(signal) {
  for (const child of running) child.kill(signal);
}

/**
 * Runs a program to its end. Its lines go to `onLine`, not to the terminal; when it fails the last ones are in the error.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, isReason?: (line: string) => boolean, remedy: string }} options `isReason`: which lines tell why it failed; without it the last ones
 * @returns {Promise<string>} its standard output
 */
export function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    /** @type {string[]} */
    const last = [];
    /** @type {string[]} */
    const reasons = [];
    let output = '';
    const take = (/** @type {string} */ line) => {
      if (line.trim() === '') return;
      last.push(line);
      if (reasons.length < SHOWN_LINES && options.isReason?.(line) === true) reasons.push(line);
      if (last.length > KEPT_LINES) last.shift();
      options.onLine?.(line);
    };
    lines(child.stdout, take, (text) => { output += text; });
    lines(child.stderr, take, () => undefined);
    child.once('error', (e) => {
      running.delete(child);
      reject(new SetupError(`${command} could not be run: ${e.message}.`, options.remedy));
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      if (code === 0) resolve(output);
      else reject(new SetupError(`${command} ${args[0] ?? ''} ended with ${signal ?? `exit code ${code}`}:\n${(reasons.length > 0 ? reasons : last.slice(-SHOWN_LINES)).map((l) => `    ${l}`).join('\n')}`, options.remedy));
    });
  });
}

/**
 * @param {NodeJS.ReadableStream} stream
 * @param {(line: string) => void} onLine
 * @param {(text: string) => void} onText
 */
function lines(stream, onLine, onText) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (/** @type {string} */ chunk) => {
    onText(chunk);
    const parts = (rest + chunk).split(/\r?\n/);
    rest = parts.pop() ?? '';
    parts.forEach(onLine);
  });
  stream.on('end', () => { if (rest !== '') onLine(rest); });
}
