import { writeAtomic } from '../host/files.ts';
import type { Credential, Pki } from './pki.ts';

/** Writes a kubeconfig with everything inline (no paths: it can be handed to `registerCluster` as it is). Mode 0600. */
export function writeKubeconfig(path: string, server: string, pki: Pki, who: Credential, user: string): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'cadastre-local', cluster: { server, 'certificate-authority-data': base64(pki.ca) } }],
    users: [{ name: user, user: { 'client-certificate-data': base64(who.cert), 'client-key-data': base64(who.key) } }],
    contexts: [{ name: 'cadastre-local', context: { cluster: 'cadastre-local', user } }],
    'current-context': 'cadastre-local',
  };
  // JSON is YAML: every kubeconfig reader takes it.
  writeAtomic(path, `${JSON.stringify(config, null, 2)}\n`);
  return path;
}
