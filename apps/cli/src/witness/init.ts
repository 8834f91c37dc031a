import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatVkey } from '@cadastre/tlog';
import { langOf } from '@cadastre/platform/locale';
import { environment } from '../shared/environment.ts';
import { EXIT, Stop } from '../shared/exit.ts';
import type { GlobalOptions } from '../shared/session.ts';
import { isWitnessName, newKeyLine, parseKeyLine } from './key.ts';
import { say } from './words.ts';

export interface InitOptions extends GlobalOptions {
  readonly key: string;
  readonly name: string;
}

/** `cadastre witness init`: a new key in a file; its vkey, and nothing else, on standard output. */
export const initWitness = (options: InitOptions): void => {
  const lang = langOf(environment, options.lang);
  if (!isWitnessName(options.name)) throw new Stop(EXIT.usage, say(lang, 'badName', options.name));
  const line = newKeyLine(options.name);
  const made = parseKeyLine(line);
  if (made === undefined) throw new Error('a key that was just made cannot be read');
  try {
    mkdirSync(dirname(options.key), { recursive: true });
    const fd = openSync(options.key, 'wx', 0o600);
    writeSync(fd, line);
    fsyncSync(fd);
    closeSync(fd);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Stop(EXIT.usage, code === 'EEXIST' ? say(lang, 'exists', options.key) : say(lang, 'unreadable', options.key, message));
  }
  process.stderr.write(`${say(lang, 'made', options.key)}\n`);
  process.stdout.write(`${formatVkey(made.key)}\n`);
};
