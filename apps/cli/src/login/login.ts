import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as oidc from 'openid-client';
import { EXIT, Stop } from '../shared/exit.ts';
import { CLI_CLIENT, reason } from '../shared/issuer.ts';
import { credentialsFile, findRunFile, storedCredentials, type Door, type GlobalOptions } from '../shared/session.ts';
import { langOf } from '@cadastre/platform/locale';
import { say } from '../shared/words.ts';
import { environment } from '../shared/environment.ts';

export interface LoginOptions extends GlobalOptions {
  readonly issuer?: string;
  readonly client?: string;
}

/** `cadastre login`: OAuth 2.0 device authorization (RFC 8628), so that it works over SSH and with any second factor the issuer asks. */
export const login = async (options: LoginOptions): Promise<void> => {
  const lang = langOf(environment, options.lang);
  const door: Door = options.door ?? 'tenant';
  const run = findRunFile(environment);
  const issuer = options.issuer ?? environment['CADASTRE_ISSUER'] ?? (door === 'tenant' ? run?.tenantIssuer : run?.providerIssuer);
  if (issuer === undefined) throw new Stop(EXIT.usage, say(lang, 'noUrl', door));
  const unreachable = (e: unknown): never => {
    throw new Stop(EXIT.unreachable, say(lang, 'noServer', issuer, reason(e)));
  };
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(issuer).hostname);
  // Plain HTTP is for the development issuer on this machine alone.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated only to stand out; without it no development issuer could be used
  const relax = loopback ? { execute: [oidc.allowInsecureRequests] } : {};
  const configuration = await oidc.discovery(new URL(issuer), options.client ?? CLI_CLIENT, undefined, oidc.None(), relax).catch(unreachable);
  const asked = await oidc.initiateDeviceAuthorization(configuration, { scope: 'openid', resource: `urn:cadastre:${door}` }).catch(unreachable);
  process.stderr.write(`${say(lang, 'loginOpen', asked.verification_uri_complete ?? asked.verification_uri, asked.user_code)}\n`);
  const tokens = await oidc.pollDeviceAuthorizationGrant(configuration, asked).catch(unreachable);
  const url = options.url ?? environment['CADASTRE_URL'] ?? (door === 'tenant' ? run?.tenantUrl : run?.providerUrl);
  save(door, tokens.access_token, tokens.expiresIn() ?? 0, url);
  process.stderr.write(`${say(lang, 'loginDone', credentialsFile(environment))}\n`);
};

/** Written beside and renamed: a crash leaves the old file or the new one, and nobody else can read either. */
const save = (door: Door, token: string, expiresInSeconds: number, url: string | undefined): void => {
  const file = credentialsFile(environment);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const expiresAt = new Date(Date.now() + expiresInSeconds * 1000).toISOString();
  const all = { ...storedCredentials(environment), [door]: { token, expiresAt, ...(url === undefined ? {} : { url }) } };
  writeFileSync(`${file}.new`, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
};
