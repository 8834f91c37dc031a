import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider, { errors, type ResourceServer, type TokenEndpointGrantContext } from 'oidc-provider';
import { readJson, writeJson } from '../host/files.ts';
import { AUDIENCES, DEVELOPMENT_USERS, findUser, type Realm } from './users.ts';

/** `cadastre token --user NAME` uses it. It asks for no password: the reason this issuer must never leave a laptop. */
export const DEVELOPMENT_GRANT = 'urn:cadastre:params:grant-type:development-user';
export const CLI_CLIENT = 'cadastre-cli';

const ACCESS_TOKEN_SECONDS = 3_600;
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

interface Secrets { readonly keys: readonly JWK[]; readonly cookies: readonly string[] }

/**
 * One directory as an OpenID provider: device flow and authorization code with PKCE for `cadastre login`, and the
 * development grant. Sessions live in memory; the keys live in `folder`, so tokens outlive a restart.
 */
export async function makeRealm(realm: Realm, issuer: string, folder: string): Promise<Provider> {
  const secrets = await openSecrets(join(folder, `${realm}.json`), realm);
  const audience = AUDIENCES[realm];
  const server: ResourceServer = {
    scope: 'cadastre', audience, accessTokenFormat: 'jwt', accessTokenTTL: ACCESS_TOKEN_SECONDS, jwt: { sign: { alg: 'ES256' } },
  };
  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLI_CLIENT,
      client_name: 'Cadastre CLI',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT, DEVELOPMENT_GRANT],
      response_types: ['code'],
      // A native client may use any port of a registered loopback redirect (RFC 8252 §7.3).
      redirect_uris: ['http://127.0.0.1/callback'],
    }],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [...secrets.keys] },
    cookies: { keys: [...secrets.cookies] },
    scopes: ['openid', 'offline_access', 'profile', 'cadastre'],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, indicator) => {
          // One directory never signs for the other door, whatever the client asks.
          if (indicator !== audience) throw new errors.InvalidTarget();
          return server;
        },
      },
    },
    findAccount: (_ctx, id) => {
      const user = findUser(realm, id);
      return user === undefined ? undefined : { accountId: id, claims: () => ({ sub: id, name: user.name, preferred_username: id }) };
    },
    extraTokenClaims: (_ctx, token) => ('accountId' in token ? claimsOf(realm, token.accountId) : undefined),
    ttl: { AccessToken: ACCESS_TOKEN_SECONDS, DeviceCode: 600, AuthorizationCode: 60, IdToken: ACCESS_TOKEN_SECONDS, Grant: 86_400, Interaction: 600, Session: 86_400, RefreshToken: 86_400 },
  });
  provider.registerGrantType<{ username?: string }>(DEVELOPMENT_GRANT, (ctx) => issueToUser(provider, realm, server, ctx), ['username']);
  return provider;
}

async function issueToUser(provider: Provider, realm: Realm, server: ResourceServer, ctx: TokenEndpointGrantContext<{ username?: string }>): Promise<void> {
  const username = ctx.oidc.params.username ?? '';
  const user = findUser(realm, username);
  if (user === undefined) {
    const known = DEVELOPMENT_USERS[realm].map((u) => u.username).join(', ');
    // The library's own InvalidGrant hides its text; a developer with a typing error needs to read it.
    throw new errors.CustomOIDCProviderError('invalid_grant', `the ${realm} directory has no development user "${username}"; it has: ${known}`);
  }
  const token = new provider.AccessToken({ client: ctx.oidc.client, accountId: user.username, grantId: randomBytes(16).toString('hex'), gty: DEVELOPMENT_GRANT });
  token.resourceServer = new provider.ResourceServer(AUDIENCES[realm], server);
  token.scope = 'cadastre';
  ctx.oidc.entity('AccessToken', token);
  ctx.body = { access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer', scope: token.scope };
}

/** The claims of docs/contracts.md that are beyond RFC 9068. */
function claimsOf(realm: Realm, username: string): Record<string, unknown> {
  const user = findUser(realm, username);
  if (user === undefined) return {};
  // An address of a domain that can be nobody's (RFC 2606): the audit trail seals it like a real one.
  return { roles: [...user.roles], name: user.name, email: `${user.username}@example.org`, ...(user.organisation === undefined ? {} : { organisation: user.organisation }) };
}

async function openSecrets(path: string, realm: Realm): Promise<Secrets> {
  const kept = readJson(path);
  if (isSecrets(kept)) return kept;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const made: Secrets = {
    keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: `${realm}-${randomBytes(6).toString('hex')}` }],
    cookies: [randomBytes(32).toString('base64url')],
  };
  writeJson(path, made);
  return made;
}

function isSecrets(value: unknown): value is Secrets {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys) && 'cookies' in value && Array.isArray(value.cookies);
}
