import { statSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../host/stack-error.ts';

/** The servers built from apps/local/servers/go.mod, and KWOK's stages beside them. Absolute paths. */
export interface Binaries {
  readonly natsServer: string;
  readonly etcd: string;
  readonly apiserver: string;
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly kwok: string;
  readonly kwokStages: string;
}

/** Where apps/local/setup/run.mjs puts what it builds; it hands the folder on as CADASTRE_SERVERS. */
export function binariesIn(folder: string): Binaries {
  const at = (name: string): string => join(folder, name);
  return {
    natsServer: at('nats-server'),
    etcd: at('etcd'),
    apiserver: at('kube-apiserver'),
    controllerManager: at('kube-controller-manager'),
    scheduler: at('kube-scheduler'),
    kwok: at('kwok'),
    kwokStages: at('kwok-stages.yaml'),
  };
}

/** Refuses with the remedy when the set-up has not run, or was run for another version of the servers. */
export function requireBinaries(folder: string | undefined): Binaries {
  const remedy = 'Run npm start or npm test, which build them, or node apps/local/setup/run.mjs servers, which does only that.';
  if (folder === undefined) throw new StackError('BINARY_MISSING', 'CADASTRE_SERVERS does not name the folder of the built servers.', remedy);
  const binaries = binariesIn(folder);
  for (const path of Object.values<string>({ ...binaries })) {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) throw new StackError('BINARY_MISSING', `${path} is not there.`, remedy);
  }
  return binaries;
}
