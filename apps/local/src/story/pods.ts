import { readFileSync } from 'node:fs';
import { connectCluster, PODS } from '@cadastre/kube/client';

/** Asks Kubernetes itself, not the product: where each instance's pod runs. */
export const nodesOf = async (kubeconfig: string, ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> => {
  const connected = await connectCluster(readFileSync(kubeconfig, 'utf8'), { cluster: 'story', signal });
  if (!connected.ok) throw new Error(`Kubernetes: ${connected.error.code} ${connected.error.message}`);
  try {
    const pods = await connected.value.list(PODS, { labels: { 'app.kubernetes.io/managed-by': 'cadastre' } }, { signal });
    if (!pods.ok) throw new Error(`Kubernetes: ${pods.error.code} ${pods.error.message}`);
    const running = pods.value.items.filter(p => p.status?.phase === 'Running');
    return new Map(running.flatMap(p => {
      const id = p.metadata?.labels?.['cadastre.cloud/instance'];
      return id !== undefined && ids.includes(id) ? [[id, p.spec?.nodeName ?? '?'] as const] : [];
    }));
  } finally {
    await connected.value.close();
  }
};
