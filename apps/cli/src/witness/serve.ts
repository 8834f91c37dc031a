import { mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { langOf, type Lang } from '@cadastre/platform/locale';
import { environment } from '../shared/environment.ts';
import { EXIT, Stop } from '../shared/exit.ts';
import type { GlobalOptions } from '../shared/session.ts';
import { parseKeyLine, type WitnessKey } from './key.ts';
import { holdFolder } from './lock.ts';
import { serveWitness } from './server.ts';
import { openMemory } from './state.ts';
import { createWitness, followedIn, type Followed } from './witness.ts';
import { say } from './words.ts';

export interface ServeOptions extends GlobalOptions {
  readonly key: string;
  /** File of vkeys. */
  readonly logs: string;
  /** Folder of the memory. */
  readonly state: string;
  /** `address:port`. */
  readonly listen: string;
}

/** `cadastre witness serve`: until SIGTERM or SIGINT. SIGHUP reads the list of logs again. */
export const serve = async (options: ServeOptions): Promise<void> => {
  const lang = langOf(environment, options.lang);
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(options.listen) ?? [];
  if (host === undefined || Number(port) > 65_535) throw new Stop(EXIT.usage, say(lang, 'badListen', options.listen));
  const key = readKey(options.key, lang);
  const logs = readLogs(options.logs, lang);
  mkdirSync(options.state, { recursive: true, mode: 0o700 });
  const held = await holdFolder(options.state);
  if (held === false) throw new Stop(EXIT.usage, say(lang, 'inUse', options.state));
  const log = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const witness = createWitness({ key, memory: openMemory(options.state), logs, now: () => BigInt(Math.floor(Date.now() / 1_000)) });
  const server = serveWitness(witness, log);
  await listening(server, host.replace(/^\[|\]$/g, ''), Number(port), lang);
  log(say(lang, 'serving', key.key.name, `http://${host}:${String((server.address() as AddressInfo).port)}`, logs.size));
  process.on('SIGHUP', () => {
    try {
      const next = readLogs(options.logs, lang);
      witness.follow(next);
      log(say(lang, 'reloaded', next.size));
    } catch (error) {
      // The list that works stays in force: a slip of the pen must not end a witness.
      log(error instanceof Error ? error.message : String(error));
    }
  });
  await closed(server);
  held.release();
};

const readText = (file: string, lang: Lang): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Stop(EXIT.usage, say(lang, 'unreadable', file, (error as Error).message));
  }
};

const readKey = (file: string, lang: Lang): WitnessKey => {
  const key = parseKeyLine(readText(file, lang));
  if (key === undefined) throw new Stop(EXIT.usage, say(lang, 'badKey', file));
  return key;
};

const readLogs = (file: string, lang: Lang): Followed => {
  const logs = followedIn(readText(file, lang));
  if ('badLine' in logs) throw new Stop(EXIT.usage, say(lang, 'badLog', file, logs.badLine));
  if (logs.size === 0) throw new Stop(EXIT.usage, say(lang, 'noLogs', file));
  return logs;
};

const listening = (server: Server, host: string, port: number, lang: Lang): Promise<void> =>
  new Promise((done, failed) => {
    server.once('error', (error: Error) => { failed(new Stop(EXIT.unreachable, say(lang, 'noListen', `${host}:${String(port)}`, error.message))); });
    server.listen(port, host, done);
  });

const closed = (server: Server): Promise<void> =>
  new Promise(done => {
    server.once('close', done);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        server.close();
        server.closeIdleConnections();
      });
    }
  });
