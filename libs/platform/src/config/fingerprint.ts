import { hash } from 'node:crypto';
import { processEnvironment, type Environment } from './environment.ts';
import type { ConfigDescription, Setting, Settings } from './setting.ts';

/** What a process was started with, without saying it: good for noticing that something changed, and which key. */
export interface Fingerprint {
  /** SHA-256, hex, over all of `keys`. */
  readonly digest: string;
  /** By key of the environment: the first 16 hex digits of a SHA-256. */
  readonly keys: Readonly<Record<string, string>>;
}

const SECRET_PARAMETER = /pass|token|secret|key/i;

// Of a secret only that it is set: the digest of a password can be guessed, and an audit log is kept for years.
const urlWithoutSecrets = (text: string): string => {
  if (!URL.canParse(text)) return 'set';
  const url = new URL(text);
  url.password = url.password === '' ? '' : 'set';
  for (const name of url.searchParams.keys()) if (SECRET_PARAMETER.test(name)) url.searchParams.set(name, 'set');
  return url.href;
};

const shown = (of: Setting, value: string | undefined): string => {
  if (value === undefined || value === '') return 'unset';
  if (of.secret === 'all') return 'set';
  return of.secret === 'url' ? value.split(',').map(part => urlWithoutSecrets(part.trim())).join(',') : `= ${value}`;
};

/** Of what the description names, as loadConfig reads it: an empty variable is unset, an unset one is what the description falls back to. */
export const fingerprintOf = <S extends Settings>(description: ConfigDescription<S>, env: Environment = processEnvironment()): Fingerprint => {
  const keys = Object.fromEntries(Object.values(description.settings)
    .map(of => [of.key, hash('sha256', `${of.key} ${shown(of, env[of.key] === '' ? of.fallback : (env[of.key] ?? of.fallback))}`, 'hex').slice(0, 16)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1)));
  return { keys, digest: hash('sha256', JSON.stringify(keys), 'hex') };
};
