import type { TestProject } from 'vitest/node';
import { lend } from './lend.ts';

declare module 'vitest' {
  /** What `inject()` gives to specs; the same values are in the environment under CADASTRE_TEST_…. */
  export interface ProvidedContext {
    /** Superuser URL of an empty PostgreSQL 18 server. */
    pgUrl: string;
    natsUrl: string;
    /** Administrator's kubeconfig file of a real API server with KWOK. */
    kubeconfig: string;
    /** Kubeconfig file of the product's own, limited identity in the same cluster. */
    productKubeconfig: string;
    /** run.json of a whole running stack. */
    stack: string;
  }
}

const NEEDS: Readonly<Record<string, { readonly only: string; readonly env: readonly string[] }>> = {
  store: { only: 'postgres,nats', env: ['CADASTRE_TEST_PG_URL', 'CADASTRE_TEST_NATS_URL'] },
  kube: { only: 'postgres,nats,kube', env: ['CADASTRE_TEST_PG_URL', 'CADASTRE_TEST_NATS_URL', 'CADASTRE_TEST_KUBECONFIG', 'CADASTRE_TEST_PRODUCT_KUBECONFIG', 'CADASTRE_TEST_KUBE_AUDIT_LOG'] },
  e2e: { only: 'stack', env: ['CADASTRE_TEST_STACK'] },
};

/** Once per project: uses the servers that the environment names, or brings real ones up for this run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const need = NEEDS[project.name];
  if (need === undefined) return () => Promise.resolve();
  let giveBack = (): Promise<void> => Promise.resolve();
  if (need.env.some((key) => process.env[key] === undefined)) {
    const lent = await lend(need.only);
    giveBack = () => lent.giveBack();
    // Workers inherit this process's environment: a spec may also read it without vitest.
    Object.assign(process.env, lent.env);
  }
  const value = (key: string): string => process.env[key] ?? '';
  project.provide('pgUrl', value('CADASTRE_TEST_PG_URL'));
  project.provide('natsUrl', value('CADASTRE_TEST_NATS_URL'));
  project.provide('kubeconfig', value('CADASTRE_TEST_KUBECONFIG'));
  project.provide('productKubeconfig', value('CADASTRE_TEST_PRODUCT_KUBECONFIG'));
  project.provide('stack', value('CADASTRE_TEST_STACK'));
  return giveBack;
}
