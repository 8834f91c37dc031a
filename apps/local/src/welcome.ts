import { join } from 'node:path';
import type { Stack } from './stack/stack.ts';

/** Where everything listens; printed once the main job is told. */
export function welcome(stack: Stack): string {
  const { run } = stack;
  return [
    '',
    'La pile locale est prête et reste en marche (Ctrl-C l\'arrête, son état est gardé).',
    'The local stack is up and stays up (Ctrl-C ends it, its state is kept).',
    '',
    `  porte locataire / tenant door       ${run.tenantUrl}/graphql`,
    `  porte fournisseur / provider door   ${run.providerUrl}/graphql`,
    `  annuaire locataire / tenant issuer  ${run.tenantIssuer}`,
    `  annuaire fournisseur / provider     ${run.providerIssuer}`,
    `  PostgreSQL                          ${hidePassword(run.databaseUrl)}`,
    `  NATS                                ${run.natsUrl}`,
    `  Kubernetes                          KUBECONFIG=${run.kubeconfigAdmin ?? run.kubeconfig}`,
    `  confiance / trust (--trust)         ${run.trustFile}`,
    `  journal scellé / sealed log         ${run.auditStorage}`,
    ...timeLines(run.tsaCaFile),
    `  journaux / logs                     ${join(stack.state, 'logs')}`,
    `  pour les scripts / for scripts      ${join(stack.state, 'run.json')}`,
    '',
    'À essayer ensuite, dans un autre terminal / Try next, in another terminal:',
    '',
    '  npx cadastre --user alice offers',
    '  npx cadastre --user bruno describe instance entrainement-1',
    '  npx cadastre --user olivia get racks',
    `  curl -s ${run.tenantUrl}/graphql -H 'content-type: application/json' -H "authorization: Bearer $(npx cadastre token --user bruno)" \\`,
    `    -d '{"query":"{ gpuInstances(first: 5) { totalCount edges { node { name status shape { code } datacenter { code } } } } }"}'`,
    `  GraphiQL: ${run.tenantUrl}/graphiql (Authorization: Bearer …, npx cadastre token --user alice)`,
    '    mutation { createGpuInstances(input: {idempotencyKey: "essai-1", projectId: "project_…", shape: "h200-8", name: "essai",',
    `      image: "registry.k8s.io/pause:3.10", sshKeys: ["ssh-ed25519 …"], leaseEnd: "${tomorrow()}"}) {`,
    '      ... on GpuInstancesAccepted { instances { id status } } ... on Problem { code message suggestion } } }',
  ].join('\n');
}

/** Who gives the checkpoints their time, and that it is this machine's clock all the same. */
function timeLines(caFile: string | undefined): readonly string[] {
  return caFile === undefined
    ? ['  horodatage / timestamps             aucun : openssl absent / none: no openssl on this machine']
    : [`  autorité de temps (développement) / development time authority: ${caFile}`];
}

function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString();
}

function hidePassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '…';
  return decodeURI(shown.href);
}
