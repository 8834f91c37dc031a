import type { ChildSpec } from '../host/child.ts';
import { healthy } from '../host/http.ts';
import { LOOPBACK } from '../host/ports.ts';
import type { StateDir } from '../host/state-dir.ts';

export interface Issuer { readonly spec: ChildSpec; readonly tenantIssuer: string; readonly providerIssuer: string }

export interface IssuerOptions {
  readonly root: string;
  readonly tenantPort: number;
  readonly providerPort: number;
}

/** The development OpenID provider, as a process of its own: the doors meet it over HTTP, like any issuer. */
export function prepareIssuer(dir: StateDir, options: IssuerOptions): Issuer {
  const tenantIssuer = `http://${LOOPBACK}:${options.tenantPort}`;
  const providerIssuer = `http://${LOOPBACK}:${options.providerPort}`;
  return {
    tenantIssuer, providerIssuer,
    spec: {
      name: 'issuer',
      command: process.execPath,
      args: ['apps/local/src/issuer/main.ts', '--state', dir.folder('issuer'), '--tenant-port', String(options.tenantPort), '--provider-port', String(options.providerPort)],
      env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1' },
      cwd: options.root,
      ready: async () => (await Promise.all([tenantIssuer, providerIssuer].map((url) => healthy(`${url}/.well-known/openid-configuration`)))).every(Boolean),
      startTimeoutMs: 30_000,
      stopSignal: 'SIGTERM',
      stopGraceMs: 5_000,
      remedy: 'Read the log named above.',
    },
  };
}
