import { describe, expect, it } from 'vitest';
import { allocatorConfig, ConfigError, controllerConfig, doorConfig, fingerprintOf, loadConfig, migrateConfig, type Environment } from './index.ts';

const COMMON = { DATABASE_URL: 'postgres://cadastre_tenant:s3cret-word@127.0.0.1:5432/cadastre', NATS_URL: 'nats://127.0.0.1:4222' };
const TENANT = { ...COMMON, CADASTRE_DOOR: 'tenant', CADASTRE_PORT: '8080', CADASTRE_ISSUER: 'https://id.example.fr', CADASTRE_AUDIENCE: 'urn:cadastre:tenant' };

const refusal = (load: () => unknown): ConfigError => {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('was accepted');
};

describe('configuration', () => {
  it('gives a door what it needs, with defaults that are safe', () => {
    expect(loadConfig(doorConfig, TENANT)).toMatchObject({
      door: 'tenant', port: 8080, host: '127.0.0.1', env: 'production', logLevel: 'info', version: expect.stringMatching(/^\d/) as string,
      databaseUrl: COMMON.DATABASE_URL, audience: 'urn:cadastre:tenant',
    });
  });

  it('names every faulty key at once: key, value, what it accepts, remedy', () => {
    const error = refusal(() => loadConfig(doorConfig, { ...TENANT, CADASTRE_PORT: '80a', CADASTRE_DOOR: '' }));
    expect(error.faults.map(f => f.key)).toEqual(['CADASTRE_DOOR', 'CADASTRE_PORT']);
    expect(error.message.split('\n')).toEqual([
      'the door cannot start: CADASTRE_DOOR is unset, but it accepts tenant or provider; start one process for each.',
      'the door cannot start: CADASTRE_PORT is "80a", but it accepts a whole number from 0 to 65535; choose a free port.',
    ]);
  });

  it.each([
    ['a password in a URL of the wrong kind', { ...TENANT, DATABASE_URL: 'mysql://root:hunter2222@db/x' }],
    ['a password in a query', { ...TENANT, DATABASE_URL: 'mysql://db/x?password=hunter2222' }],
    ['a password in a broken URL', { ...TENANT, DATABASE_URL: 'postgres//root:hunter2222@db' }],
    ['a password among several servers', { ...TENANT, NATS_URL: 'nats://a:hunter2222@n1,http://n2' }],
  ])('never shows %s', (_case, env) => {
    const { message } = refusal(() => loadConfig(doorConfig, env));
    expect(message).toContain('***');
    expect(message).not.toContain('hunter2222');
  });

  it('never shows a password that is itself the value', () => {
    const { message } = refusal(() => loadConfig(migrateConfig, { DATABASE_URL: COMMON.DATABASE_URL, CADASTRE_DB_PASSWORD_TENANT: 'h:hunter2' }));
    expect(message).toContain('CADASTRE_DB_PASSWORD_TENANT is ***, but');
    expect(message).not.toContain('hunter2');
  });

  it.each([
    ['the provider door without its sealing key', { ...TENANT, CADASTRE_DOOR: 'provider' }, 'CADASTRE_SEALING_PUBLIC_KEY'],
    ['the tenant door with a sealing key', { ...TENANT, CADASTRE_SEALING_PUBLIC_KEY: '/k.jwk' }, 'CADASTRE_SEALING_PUBLIC_KEY'],
    ['a plain-text issuer in production', { ...TENANT, CADASTRE_ISSUER: 'http://id.example.fr' }, 'CADASTRE_ISSUER'],
  ])('refuses %s', (_case, env, key) => {
    expect(refusal(() => loadConfig(doorConfig, env)).faults.map(f => f.key)).toEqual([key]);
  });

  it('takes a plain-text issuer in development', () => {
    expect(loadConfig(doorConfig, { ...TENANT, CADASTRE_ENV: 'development', CADASTRE_ISSUER: 'http://127.0.0.1:9000' }).issuer).toBe('http://127.0.0.1:9000');
  });

  it.each(['-1', '65536', '1e3', '0x10', ' 80', '8080.5', '99999999999'])('refuses %j as a port', text => {
    expect(refusal(() => loadConfig(doorConfig, { ...TENANT, CADASTRE_PORT: text })).faults.map(f => f.key)).toEqual(['CADASTRE_PORT']);
  });

  it('reads regions as a list or as all of them', () => {
    const env = { ...COMMON, CADASTRE_HEALTH_PORT: '0' };
    expect(loadConfig(allocatorConfig, { ...env, CADASTRE_REGIONS: '*' }).regions).toBe('*');
    expect(loadConfig(allocatorConfig, { ...env, CADASTRE_REGIONS: 'fr-valence, fr-lyon,fr-valence' }).regions).toEqual(['fr-valence', 'fr-lyon']);
    expect(refusal(() => loadConfig(allocatorConfig, { ...env, CADASTRE_REGIONS: 'fr-valence,*' })).faults).toHaveLength(1);
  });

  it('looks at every object each 30 s unless told otherwise', () => {
    const env = { ...COMMON, CADASTRE_HEALTH_PORT: '0', CADASTRE_SEALING_PRIVATE_KEY: '/k.jwk' };
    expect(loadConfig(controllerConfig, env).resyncSeconds).toBe(30);
    expect(loadConfig(controllerConfig, { ...env, CADASTRE_RESYNC_SECONDS: '5' }).resyncSeconds).toBe(5);
  });
});

describe('the fingerprint of a configuration', () => {
  const of = (env: Environment) => fingerprintOf(doorConfig, env);
  const base = { DATABASE_URL: 'postgres://cadastre_tenant:a-password@db:5432/cadastre', CADASTRE_PORT: '8080' };
  const changed = (env: Environment): readonly string[] => Object.keys(of(base).keys).filter(key => of(base).keys[key] !== of({ ...base, ...env }).keys[key]);
  it.each([
    ['another value', { CADASTRE_PORT: '8081' }, ['CADASTRE_PORT']], ['the fallback in so many words', { CADASTRE_LOG_LEVEL: 'info' }, []], ['an empty variable', { CADASTRE_ISSUER: '' }, []],
    ['what it does not read', { HOME: '/' }, []], ['another host', { DATABASE_URL: 'postgres://cadastre_tenant:a-password@other:5432/cadastre' }, ['DATABASE_URL']],
    ['another password: it is no secret any more if its digest can be guessed', { DATABASE_URL: 'postgres://cadastre_tenant:b-password@db:5432/cadastre' }, []],
    ['no password', { DATABASE_URL: 'postgres://cadastre_tenant@db:5432/cadastre' }, ['DATABASE_URL']],
  ])('shows %s by the key', (_what, env, keys) => { expect(changed(env)).toEqual(keys); });
  it('has one digest, which changes with any of them', () => {
    expect(of(base).digest).toMatch(/^[0-9a-f]{64}$/);
    expect([of({ ...base }).digest === of(base).digest, of({ ...base, CADASTRE_PORT: '1' }).digest === of(base).digest]).toEqual([true, false]);
  });
});
