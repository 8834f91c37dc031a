import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

/** A directory of its own on loopback: real keys, real discovery, real JWKS. It can go away and come back at the same address. */
export interface TestIssuer {
  readonly url: string;
  /** An access token of one hour unless `exp` says otherwise; claims replace the usual ones, undefined removes one. */
  token(claims?: Readonly<Record<string, unknown>>, key?: Key): Promise<string>;
  /** Requests answered so far, by path. */
  readonly asked: Map<string, number>;
  /** New tokens are signed by a new key from now on. */
  rotate(): Promise<void>;
  leave(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

const ALG = 'ES256';

export const strangersKey = async (): Promise<Key> => (await generateKeyPair(ALG)).privateKey;

export const startIssuer = async (audience: string): Promise<TestIssuer> => {
  const keys: { readonly kid: string; readonly privateKey: Key; readonly jwk: object }[] = [];
  const rotate = async (): Promise<void> => {
    const { publicKey, privateKey } = await generateKeyPair(ALG, { extractable: true });
    const kid = `key-${String(keys.length)}`;
    keys.push({ kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: ALG, use: 'sig' } });
  };
  await rotate();
  const asked = new Map<string, number>();
  let port = 0;
  let server: Server | undefined;
  const url = (): string => `http://127.0.0.1:${String(port)}`;
  const comeBack = async (): Promise<void> => {
    server = createServer((request, response) => {
      const path = request.url ?? '';
      asked.set(path, (asked.get(path) ?? 0) + 1);
      response.setHeader('content-type', 'application/json');
      if (path === '/.well-known/openid-configuration') response.end(JSON.stringify({ issuer: url(), jwks_uri: `${url()}/jwks` }));
      else if (path === '/jwks') response.end(JSON.stringify({ keys: keys.map(k => k.jwk) }));
      else response.writeHead(404).end();
    });
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    server.once('error', reject).listen(port, '127.0.0.1', () => { resolve(undefined); });
    await promise;
    port = (server.address() as AddressInfo).port;
  };
  const leave = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server?.close(() => { resolve(undefined); });
    server?.closeAllConnections();
    await promise;
  };
  await comeBack();
  return {
    get url() {
      return url();
    },
    asked, rotate, leave, comeBack, stop: leave,
    token: async (claims = {}, key) => {
      const now = Math.floor(Date.now() / 1000);
      const signer = keys.at(-1);
      if (signer === undefined) throw new Error('an issuer without a key');
      const all: Readonly<Record<string, unknown>> = { iss: url(), aud: audience, iat: now, exp: now + 3_600, sub: 'subject-1', ...claims };
      const payload = Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined));
      return await new SignJWT(payload).setProtectedHeader({ alg: ALG, kid: signer.kid, typ: 'at+jwt' }).sign(key ?? signer.privateKey);
    },
  };
};
