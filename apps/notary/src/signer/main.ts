import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { configOrExit, signerConfig } from '@cadastre/platform/config';
import type { SignerConfig } from '@cadastre/platform/config';
import { createHealth, serveHealth } from '@cadastre/platform/health';
import { createLogger } from '@cadastre/platform/log';
import { startTelemetry } from '@cadastre/platform/otel';
import { createShutdown, runMain } from '@cadastre/platform/shutdown';
import type { KeyPort } from './key.ts';
import { commandKey, fileKey, initKey } from './key.ts';
import { openMemory } from './memory.ts';
import { serveSigner } from './serve.ts';
import { createSigner } from './signer.ts';

const config = configOrExit(signerConfig);
const log = createLogger({ process: 'signer', version: config.version, level: config.logLevel });
const shutdown = createShutdown({ log });
const INIT = '--init';

const keyOf = async ({ env, signerKey, signerCommand, signerPublicKey }: SignerConfig): Promise<KeyPort> => {
  if (signerCommand !== undefined && signerPublicKey !== undefined) return commandKey(signerCommand, signerPublicKey);
  const path = signerKey ?? '';
  if (env === 'development' && !existsSync(path)) {
    await initKey(path);
    log.warn({ path }, 'drew a key for development');
  }
  return fileKey(path);
};

const tokenOf = async (path: string): Promise<string> => {
  const token = (await readFile(path, 'utf8')).trim();
  if (!/^\S{32,500}$/.test(token)) throw new Error(`${path} must hold one line of 32 characters or more without blanks`);
  return token;
};

const serve = async (): Promise<void> => {
  const telemetry = await startTelemetry({ service: 'cadastre-signer', version: config.version });
  shutdown.add('telemetry', () => telemetry.close());
  const memory = await openMemory(config.signerMemory);
  shutdown.add('memory', () => memory.close());
  const signer = createSigner(config.auditOrigin, await keyOf(config), memory);
  const health = await serveHealth(createHealth(), { host: config.host, port: config.healthPort });
  shutdown.add('health', () => health.close());
  const served = await serveSigner(signer, { host: config.host, port: config.signerPort, token: await tokenOf(config.signerTokenFile), log });
  shutdown.add('signer', () => served.close());
  log.info({ url: served.url, health: health.url, vkey: signer.vkey, logs: memory.all().length }, 'the signer answers');
};

await runMain({ process: 'signer', shutdown, log }, async () => {
  if (!process.argv.includes(INIT)) return serve();
  if (config.signerKey === undefined) throw new Error(`${INIT} draws a key into the file that CADASTRE_SIGNER_KEY names; a key in hardware is drawn there`);
  await initKey(config.signerKey);
  const { publicKey } = await fileKey(config.signerKey);
  log.info({ path: config.signerKey, publicKey: Buffer.from(publicKey).toString('base64') }, 'drew the key: keep a copy where neither the database nor this machine can take it along');
  shutdown.begin('the key is drawn');
});
