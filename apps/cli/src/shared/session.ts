import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { EXIT, Stop } from './exit.ts';
import { langOf, type Lang } from '@cadastre/platform/locale';
import { say } from './words.ts';
import { developmentToken } from './issuer.ts';

export type Door = 'tenant' | 'provider';
export type Output = 'table' | 'json' | 'yaml';

/** The options every verb has, as commander gives them. */
export interface GlobalOptions {
  readonly output?: Output;
  readonly url?: string;
  readonly door?: Door;
  readonly user?: string;
  readonly lang?: string;
}

/** What `npm start` writes; only the parts the CLI reads. */
export interface RunFile {
  readonly ready: boolean;
  readonly tenantUrl: string;
  readonly providerUrl: string;
  readonly tenantIssuer: string;
  readonly providerIssuer: string;
  readonly kubeconfig: string;
}

export interface Session {
  readonly door: Door;
  readonly url: string;
  readonly token: string;
  readonly lang: Lang;
  readonly output: Output;
}

/** Searched upwards from the current folder, so that the CLI works anywhere inside the checkout. */
export const findRunFile = (env: NodeJS.ProcessEnv, from = process.cwd()): RunFile | undefined => {
  const named = env['CADASTRE_STATE'];
  const candidates = named === undefined ? parents(from).map(d => join(d, '.cadastre', 'run.json')) : [join(resolve(named), 'run.json')];
  const file = candidates.find(existsSync);
  return file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as RunFile);
};

const parents = (from: string): string[] => {
  const up = dirname(from);
  return up === from ? [from] : [from, ...parents(up)];
};

export const credentialsFile = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'cadastre', 'credentials.json');

interface Stored {
  readonly [door: string]: { readonly token: string; readonly url?: string; readonly expiresAt: string } | undefined;
}
export const storedCredentials = (env: NodeJS.ProcessEnv): Stored => {
  const file = credentialsFile(env);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Stored) : {};
};

/** Which door a token is for, by its audience. The server decides; this only picks the address. */
export const doorOf = (token: string): Door | undefined => {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const { aud } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud?: string | string[] };
    const all = [aud].flat();
    return all.includes('urn:cadastre:provider') ? 'provider' : all.includes('urn:cadastre:tenant') ? 'tenant' : undefined;
  } catch {
    return undefined;
  }
};

/** A door's origin is enough to name it; GraphQL is at `/graphql` below it. */
const endpointOf = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) && new URL(url).pathname === '/' ? new URL('/graphql', url).href : url;

/** Finds address and token in this order: flags, environment, `cadastre login`, the local stack. `prefer` breaks the tie when both are stored. */
export const openSession = async (options: GlobalOptions, env: NodeJS.ProcessEnv, prefer: Door): Promise<Session> => {
  const lang = langOf(env, options.lang);
  const run = findRunFile(env);
  const stored = storedCredentials(env);
  const wanted = options.door ?? prefer;
  const token = env['CADASTRE_TOKEN'] ?? (options.user === undefined ? stored[wanted]?.token : await developmentToken(options.user, run, lang));
  if (token === undefined) throw new Stop(EXIT.unauthenticated, say(lang, 'noToken'));
  const door = options.door ?? doorOf(token) ?? prefer;
  const url = endpointOf(options.url ?? env['CADASTRE_URL'] ?? stored[door]?.url ?? (door === 'tenant' ? run?.tenantUrl : run?.providerUrl));
  if (url === undefined) throw new Stop(EXIT.usage, say(lang, 'noUrl', door));
  return { door, url, token, lang, output: options.output ?? 'table' };
};
