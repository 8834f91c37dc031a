import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort, LOOPBACK } from '../host/ports.ts';
import { DEVELOPMENT_GRANT, makeRealm } from './realm.ts';
import type { Realm } from './users.ts';

async function serve(realm: Realm, folder = mkdtempSync(join(tmpdir(), 'cadastre-issuer-'))): Promise<string> {
  const port = await freePort();
  const issuer = `http://${LOOPBACK}:${port}`;
  const answer = (await makeRealm(realm, issuer, folder)).callback();
  const server = createServer((request, response) => { void answer(request, response); });
  await new Promise<void>((done) => server.listen(port, LOOPBACK, done));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });
  return issuer;
}

interface Answer { readonly access_token?: string; readonly error?: string; readonly error_description?: string }

async function token(issuer: string, form: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ client_id: 'cadastre-cli', ...form }) });
  return await response.json() as Answer;
}

const keysOf = (issuer: string) => createRemoteJWKSet(new URL(`${issuer}/jwks`));

describe('the development issuer', () => {
  it('gives a tenant\'s user a signed token with the claims the doors read', async () => {
    const issuer = await serve('tenant');
    const { access_token: jwt = '' } = await token(issuer, { grant_type: DEVELOPMENT_GRANT, username: 'alice' });
    const { payload, protectedHeader } = await jwtVerify(jwt, keysOf(issuer), { issuer, audience: 'urn:cadastre:tenant', typ: 'at+jwt' });
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({ sub: 'alice', organisation: 'chu-valence', roles: ['ENGINEER', 'OWNER'], client_id: 'cadastre-cli' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
  });

  it('knows at each directory only its own people, and says whom', async () => {
    const issuer = await serve('tenant');
    expect(await token(issuer, { grant_type: DEVELOPMENT_GRANT, username: 'olivia' })).toEqual({
      error: 'invalid_grant', error_description: 'the tenant directory has no development user "olivia"; it has: alice, aude, bruno, basile',
    });
  });

  it('an operator belongs to no organisation', async () => {
    const issuer = await serve('provider');
    const { access_token: jwt = '' } = await token(issuer, { grant_type: DEVELOPMENT_GRANT, username: 'olivia' });
    const { payload } = await jwtVerify(jwt, keysOf(issuer), { issuer, audience: 'urn:cadastre:provider' });
    expect(payload['roles']).toEqual(['OPERATOR']);
    expect(payload).not.toHaveProperty('organisation');
  });

  it('one directory\'s keys do not verify the other\'s tokens', async () => {
    const [tenant, provider] = [await serve('tenant'), await serve('provider')];
    const { access_token: jwt = '' } = await token(tenant, { grant_type: DEVELOPMENT_GRANT, username: 'alice' });
    await expect(jwtVerify(jwt, keysOf(provider))).rejects.toThrow(/no applicable key|signature/);
  });

  it('keeps its keys: a token outlives a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cadastre-issuer-'));
    const before = await serve('tenant', folder);
    const { access_token: jwt = '' } = await token(before, { grant_type: DEVELOPMENT_GRANT, username: 'aude' });
    const after = await serve('tenant', folder);
    expect((await jwtVerify(jwt, keysOf(after))).payload.sub).toBe('aude');
  });

  it('the other door\'s audience cannot be asked for', async () => {
    const issuer = await serve('tenant');
    const response = await fetch(`${issuer}/device/auth`, { method: 'POST', body: new URLSearchParams({ client_id: 'cadastre-cli', scope: 'cadastre', resource: 'urn:cadastre:provider' }) });
    expect(await response.json()).toMatchObject({ error: 'invalid_target' });
  });
});
