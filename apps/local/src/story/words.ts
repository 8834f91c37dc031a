import type { Lang } from '@cadastre/platform/locale';

/** The story's sentences. `n` numbers come formatted by the caller; watts stay integers with their unit. */
const WORDS = {
  title: ['L’opérateur déclare, le locataire commande, l’auditeur vérifie — matériel SIMULÉ (KWOK)', 'The operator declares, the tenant orders, the auditor checks — SIMULATED hardware (KWOK)'],
  apply: ['olivia (opérateur) déclare le site de Valence : examples/programmes/valence.yaml', 'olivia (operator) declares the site of Valence: examples/programmes/valence.yaml'],
  applied: ['{created} objets créés, {unchanged} inchangés', '{created} objects created, {unchanged} unchanged'],
  capacity: ['les machines rejoignent leur grappe Kubernetes', 'the machines join their Kubernetes cluster'],
  offer: ['{shape} : {available} disponibles sur {total}', '{shape}: {available} available of {total}'],
  order: ['{user} commande {count} × {shape} (« {name} »)', '{user} orders {count} × {shape} ("{name}")'],
  kept: ['{user} a déjà {count} × {shape} (« {name} ») d’un démarrage précédent', '{user} already has {count} × {shape} ("{name}") from an earlier start'],
  ready: ['{count} READY dans Kubernetes : {nodes}', '{count} READY in Kubernetes: {nodes}'],
  refuse: ['{user} commande {count} × {shape} : doit être refusé, la puissance manque', '{user} orders {count} × {shape}: must be refused, the power is not there'],
  release: ['{user} rend « {name} »', '{user} releases "{name}"'],
  released: ['le pod n’existe plus, les GPU sont rendus', 'the pod is gone, the GPUs are back'],
  audit: ['{user} (auditeur de {organisation}) exporte le journal', '{user} (auditor of {organisation}) exports the log'],
  exported: ['{count} événements, tous de {organisation} : {file}', '{count} events, all of {organisation}: {file}'],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;

export const word = (lang: Lang, key: Word, values: Readonly<Record<string, string | number>> = {}): string =>
  WORDS[key][lang === 'fr' ? 0 : 1].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
