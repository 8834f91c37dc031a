import { BlockList, isIPv6 } from 'node:net';
import type { Instant } from '@cadastre/domain/core';
import * as apiKeys from '@cadastre/store/apikey';
import * as organisations from '@cadastre/store/organisation';
import type { Store } from '@cadastre/store/pool';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { digestOf, looksLikeApiKey } from './apikey-format.ts';
import { NotBelieved, rolesOf, type Identity, type LoginFailure } from './identity.ts';

export interface BelieveOptions {
  readonly door: 'tenant' | 'provider';
  readonly issuer: string;
  readonly audience: string;
  readonly store: Store;
  readonly now: () => Instant;
}

/** Turns a bearer token into an identity, or throws NotBelieved. `address` is the peer's. */
export type Believe = (token: string, address: string) => Promise<Identity>;

// Signature checks cost 50 to 100 µs each and a client sends the same token thousands of times: believed tokens are remembered, but no
// longer than this, so that a revoked key or a renamed organisation is noticed soon, and no more of them than this, so that memory is bounded.
const REMEMBER_SECONDS = 10;
const REMEMBER_AT_MOST = 10_000;
// An issuer's keys are kept through its outages; a key we do not know is asked for at most once in this time.
const JWKS = { cooldownDuration: 5_000, cacheMaxAge: Number.POSITIVE_INFINITY, timeoutDuration: 3_000 } as const;
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];

export const createBelieve = (options: BelieveOptions): Believe => {
  const keysOf = jwksOf(options.issuer);
  const remembered = new Map<string, { readonly identity: Identity; readonly until: number }>();
  return async (token, address) => {
    const nowSeconds = Date.parse(options.now()) / 1000;
    const known = remembered.get(token);
    if (known !== undefined && nowSeconds < known.until) return known.identity;
    remembered.delete(token);
    const isKey = token.startsWith('cad_');
    const identity = isKey ? await byApiKey(options, token, address, nowSeconds) : await byAccessToken(options, await keysOf(), token);
    // A key bound to addresses must be judged with each peer's own.
    if (isKey) return identity;
    if (remembered.size >= REMEMBER_AT_MOST) remembered.delete(remembered.keys().next().value ?? '');
    remembered.set(token, { identity, until: Math.min(nowSeconds + REMEMBER_SECONDS, identity.expiresAt) });
    return identity;
  };
};

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** The issuer says itself where its keys are (OpenID Connect Discovery); asked once it is first needed, and again after a failure. */
const jwksOf = (issuer: string): (() => Promise<Keys>) => {
  let keys: Keys | undefined;
  return async () => {
    if (keys !== undefined) return keys;
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(3_000) });
    if (!response.ok) throw new Error(`the issuer's configuration answers HTTP ${String(response.status)}`);
    const { jwks_uri: uri } = (await response.json()) as { jwks_uri: string };
    keys = createRemoteJWKSet(new URL(uri), JWKS);
    return keys;
  };
};

const byAccessToken = async (options: BelieveOptions, keys: Keys, token: string): Promise<Identity> => {
  const claims = await verified(options, keys, token);
  const roles = rolesOf(options.door, claims['roles']);
  if (claims.sub === undefined || roles.length === 0) throw new NotBelieved('NO_ROLE');
  const factors = mfaOf(claims['amr']);
  const acr = typeof claims['acr'] === 'string' ? { acr: claims['acr'] } : {};
  const authTime = typeof claims['auth_time'] === 'number' ? { authTime: new Date(claims['auth_time'] * 1000).toISOString() } : {};
  const auth = { method: 'oidc', ...(factors === undefined ? {} : { mfa: factors }), ...acr, ...authTime } as const;
  const actor = { kind: 'user', ...principalsOf(options.door, claims.sub, claims['act']), directory: options.door, roles, auth } as const;
  const person = { expiresAt: claims.exp ?? 0, actor, claimed: claimedBy(claims) };
  if (options.door === 'provider') return person;
  const code = claims['organisation'];
  const organisation = typeof code === 'string' ? await options.store.read('system', q => organisations.byClaim(q, code)) : undefined;
  if (organisation === undefined) throw new NotBelieved('UNKNOWN_ORGANISATION');
  return { ...person, organisation };
};

// RFC 8176 §2: what a person knows, has, or is. `mfa` and `mca` say it themselves; the rest (risk, location, windows' own) is no factor.
const FACTORS: Readonly<Partial<Record<string, 'knows' | 'has' | 'is'>>> = { pwd: 'knows', pin: 'knows', kba: 'knows', otp: 'has', hwk: 'has', swk: 'has', sms: 'has', tel: 'has', sc: 'has', pop: 'has', face: 'is', fpt: 'is', iris: 'is', retina: 'is', vbm: 'is' };

/** Whether two kinds of factor were used; undefined when the token says nothing of how. */
const mfaOf = (amr: unknown): boolean | undefined => {
  if (!Array.isArray(amr) || amr.length === 0) return undefined;
  const methods = amr.filter(m => typeof m === 'string');
  return methods.includes('mfa') || new Set(methods.flatMap(m => FACTORS[m] ?? [])).size > 1;
};

// A token within a token within a token: nobody means more, and each is written into every event.
const CHAIN_AT_MOST = 4;

/** RFC 8693 §4.1: with an `act` claim the actor is the one it names, for the actors nested in it and, last, for the subject. */
const principalsOf = (directory: BelieveOptions['door'], subject: string, act: unknown): Pick<Identity['actor'], 'id' | 'onBehalfOf'> => {
  const chain: string[] = [];
  for (let at = act; at !== undefined; at = (at as { readonly act?: unknown }).act) {
    const id: unknown = at !== null && typeof at === 'object' ? (at as { readonly sub?: unknown }).sub : undefined;
    if (typeof id !== 'string' || id === '' || chain.length === CHAIN_AT_MOST) throw new NotBelieved('MALFORMED_TOKEN');
    chain.push(id);
  }
  const [actor, ...others] = chain;
  return actor === undefined ? { id: subject } : { id: actor, onBehalfOf: [...others, subject].map(id => ({ kind: 'user', id, directory })) };
};

const claimedBy = ({ name, email }: JWTPayload): NonNullable<Identity['claimed']> => ({ ...(typeof name === 'string' ? { name } : {}), ...(typeof email === 'string' ? { email } : {}) });

const verified = async (options: BelieveOptions, keys: Keys, token: string): Promise<JWTPayload> => {
  try {
    const { payload } = await jwtVerify(token, keys, { issuer: options.issuer, audience: options.audience, algorithms: ALGORITHMS, requiredClaims: ['exp', 'sub'] });
    return payload;
  } catch (e) {
    const failure = failureOf(e);
    if (failure === undefined) throw e;
    throw new NotBelieved(failure);
  }
};

/** Undefined: not the token's fault (the issuer's keys cannot be had). */
const failureOf = (e: unknown): LoginFailure | undefined => {
  if (e instanceof errors.JWTExpired) return 'EXPIRED_TOKEN';
  if (e instanceof errors.JWTClaimValidationFailed) return e.claim === 'iss' ? 'WRONG_ISSUER' : e.claim === 'aud' ? 'WRONG_AUDIENCE' : 'MALFORMED_TOKEN';
  if (e instanceof errors.JWSSignatureVerificationFailed || e instanceof errors.JWKSNoMatchingKey || e instanceof errors.JOSEAlgNotAllowed) return 'BAD_SIGNATURE';
  if (e instanceof errors.JWKSTimeout || e instanceof errors.JWKSInvalid) return undefined;
  return e instanceof errors.JOSEError ? 'MALFORMED_TOKEN' : undefined;
};

const byApiKey = async (options: BelieveOptions, token: string, address: string, nowSeconds: number): Promise<Identity> => {
  if (!looksLikeApiKey(token)) throw new NotBelieved('MALFORMED_TOKEN');
  const key = await options.store.read('system', q => apiKeys.bySha256(q, digestOf(token)));
  if (key === undefined) throw new NotBelieved('UNKNOWN_KEY');
  if (key.directory !== options.door) throw new NotBelieved('OTHER_DIRECTORY');
  if (key.revokedAt !== undefined) throw new NotBelieved('REVOKED_KEY');
  const expiresAt = Date.parse(key.expiresAt) / 1000;
  if (expiresAt <= nowSeconds) throw new NotBelieved('EXPIRED_KEY');
  if (!admits(key.allowedCidrs, address)) throw new NotBelieved('ADDRESS_NOT_ALLOWED');
  const actor = { kind: 'apikey', id: key.id, directory: options.door, roles: key.roles, auth: { method: 'apikey' } } as const;
  const { tenantId } = key;
  if (tenantId === undefined) return { actor, expiresAt };
  const organisation = await options.store.read({ tenant: tenantId }, q => organisations.get(q, tenantId));
  if (organisation === undefined) throw new NotBelieved('UNKNOWN_ORGANISATION');
  void apiKeys.touch(options.store, { tenant: tenantId }, key.id).catch(() => undefined);
  return { actor, organisation, expiresAt };
};

const admits = (cidrs: readonly string[], address: string): boolean => {
  if (cidrs.length === 0) return true;
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [net = '', bits = ''] = cidr.split('/');
    list.addSubnet(net, Number(bits), isIPv6(net) ? 'ipv6' : 'ipv4');
  }
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
};
