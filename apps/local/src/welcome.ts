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
    `  journaux / logs                     ${join(stack.state, 'logs')}`,
    `  pour les scripts / for scripts      ${join(stack.state, 'run.json')}`,
  ].join('\n');
}

function hidePassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '…';
  return decodeURI(shown.href);
}
