import type { Lang } from '@cadastre/platform/locale';

const CATALOGUE = {
  noServer: {
    fr: (url: string, why: string) => `Le serveur ${url} ne répond pas (${why}). Est-il démarré ? « npm start » lance tout en local ; sinon donnez --url ou CADASTRE_URL.`,
    en: (url: string, why: string) => `The server ${url} does not answer (${why}). Is it running? "npm start" starts everything locally; otherwise give --url or CADASTRE_URL.`,
  },
  noUrl: {
    fr: (door: string) => `Adresse de la porte « ${door} » inconnue. Donnez --url ou CADASTRE_URL, ou lancez « npm start » dans ce dossier (il écrit .cadastre/run.json).`,
    en: (door: string) => `The address of the ${door} door is unknown. Give --url or CADASTRE_URL, or run "npm start" in this folder (it writes .cadastre/run.json).`,
  },
  noToken: {
    fr: () => 'Aucun jeton. Donnez CADASTRE_TOKEN, lancez « cadastre login », ou en développement ajoutez --user NOM.',
    en: () => 'No token. Set CADASTRE_TOKEN, run "cadastre login", or in development add --user NAME.',
  },
  badToken: {
    fr: (why: string) => `Jeton refusé : ${why}. Prenez-en un autre avec « cadastre login » (ou --user NOM en développement).`,
    en: (why: string) => `Token refused: ${why}. Get another with "cadastre login" (or --user NAME in development).`,
  },
  noDevUser: {
    fr: (user: string) => `Aucun émetteur de développement ne connaît l’utilisateur « ${user} ». Utilisateurs : alice, aude, bruno, basile (locataires), colette, cyril, olivia, pascal (opérateur).`,
    en: (user: string) => `No development issuer knows the user "${user}". Users: alice, aude, bruno, basile (tenants), colette, cyril, olivia, pascal (provider).`,
  },
  serverError: {
    fr: (message: string, id: string) => `Erreur du serveur : ${message} (requête ${id}).`,
    en: (message: string, id: string) => `Server error: ${message} (request ${id}).`,
  },
  unknownNoun: {
    fr: (noun: string, known: string) => `« ${noun} » n’est pas un nom connu ici. Noms : ${known}.`,
    en: (noun: string, known: string) => `"${noun}" is not a noun known here. Nouns: ${known}.`,
  },
  unknownKind: {
    fr: (kind: string, known: string) => `« ${kind} » n’est pas un type connu ici. Types : ${known}.`,
    en: (kind: string, known: string) => `"${kind}" is not a kind known here. Kinds: ${known}.`,
  },
  notErased: {
    fr: (id: string, state: string) => `L’effacement ${id} n’est pas fait (${state}) ; son certificat vient avec lui.`,
    en: (id: string, state: string) => `The erasure ${id} is not done (${state}); its certificate comes with it.`,
  },
  notFound: {
    fr: (id: string) => `Aucun objet ${id}, ou pas pour ce jeton.`,
    en: (id: string) => `No object ${id}, or not for this token.`,
  },
  badQuantity: {
    fr: (typed: string, example: string) => `« ${typed} » n’est pas ce qu’il faut ici. Par exemple : ${example}.`,
    en: (typed: string, example: string) => `"${typed}" is not what is wanted here. For example: ${example}.`,
  },
  trailPartial: {
    fr: () => 'Réponse partielle : plus d’évènements qu’une réponse n’en tient, ou un mandat qui ne montre qu’une partie du journal.',
    en: () => 'A partial answer: more events than one answer holds, or a mandate that shows a part of the log only.',
  },
  trailUnknown: { fr: () => 'Ce que le journal ne peut pas dire :', en: () => 'What the log cannot say:' },
  nothing: { fr: () => 'Rien à afficher.', en: () => 'Nothing to show.' },
  badFile: { fr: (file: string) => `${file} n’est pas utilisable ; rien n’a été envoyé :`, en: (file: string) => `${file} cannot be used; nothing was sent:` },
  unreadable: { fr: (file: string, why: string) => `${file} ne peut pas être lu : ${why}.`, en: (file: string, why: string) => `${file} cannot be read: ${why}.` },
  unknownKey: {
    fr: (key: string, known: string) => `champ inconnu « ${key} » ; champs possibles : ${known}`,
    en: (key: string, known: string) => `unknown field "${key}"; possible fields: ${known}`,
  },
  missingKey: { fr: (key: string) => `champ « ${key} » manquant`, en: (key: string) => `field "${key}" is missing` },
  wrongType: { fr: (key: string, want: string) => `« ${key} » : attendu ${want}`, en: (key: string, want: string) => `"${key}": expected ${want}` },
  duplicateKey: { fr: (key: string, value: string) => `« ${key} » : ${value} est donné deux fois`, en: (key: string, value: string) => `"${key}": ${value} is given twice` },
  unknownReference: {
    fr: (key: string, value: string) => `« ${key} » : ${value} n’est défini ni dans ce fichier ni sur le serveur`,
    en: (key: string, value: string) => `"${key}": ${value} is defined neither in this file nor on the server`,
  },
  needsKubeconfig: {
    fr: (name: string) => `Le cluster ${name} n’est pas encore enregistré : donnez --kubeconfig FICHIER (ou kubeconfigFile dans le fichier).`,
    en: (name: string) => `Cluster ${name} is not registered yet: give --kubeconfig FILE (or kubeconfigFile in the file).`,
  },
  missingFlags: {
    fr: (flags: string) => `Il manque ${flags} ; rien n’a été envoyé.`,
    en: (flags: string) => `${flags} missing; nothing was sent.`,
  },
  explainHint: { fr: (id: string) => `En entier : cadastre explain ${id}`, en: (id: string) => `The whole of it: cadastre explain ${id}` },
  created: { fr: () => 'créé', en: () => 'created' },
  updated: { fr: () => 'modifié', en: () => 'updated' },
  removed: { fr: () => 'retiré', en: () => 'removed' },
  unchanged: { fr: () => 'inchangé', en: () => 'unchanged' },
  loginOpen: {
    fr: (url: string, code: string) => `Ouvrez ${url} et confirmez le code ${code}. J’attends…`,
    en: (url: string, code: string) => `Open ${url} and confirm the code ${code}. Waiting…`,
  },
  loginDone: { fr: (file: string) => `Connecté. Le jeton est gardé dans ${file} (lisible par vous seul).`, en: (file: string) => `Logged in. The token is kept in ${file} (readable by you only).` },
  exported: { fr: (n: number, file: string) => `${n} événements écrits dans ${file}.`, en: (n: number, file: string) => `${n} events written to ${file}.` },
  tenancyClean: {
    fr: (admitted: string, rows: string) => `Rien d’une classe non admise n’a tourné ici dans la période. Classes admises : ${admitted}. Lignes du grand livre : ${rows}.`,
    en: (admitted: string, rows: string) => `Nothing of a class that is not admitted ran here in the period. Classes admitted: ${admitted}. Rows of the ledger: ${rows}.`,
  },
  tenancyForeign: {
    fr: (foreign: string, admitted: string, rows: string) => `Des classes non admises ont tourné ici : ${foreign}. Classes admises : ${admitted}. Lignes du grand livre : ${rows}.`,
    en: (foreign: string, admitted: string, rows: string) => `Classes that are not admitted ran here: ${foreign}. Classes admitted: ${admitted}. Rows of the ledger: ${rows}.`,
  },
  replayWhat: {
    fr: () => 'Donnez une décision (decision_…), ou --all pour toute l’histoire.',
    en: () => 'Give a decision (decision_…), or --all for the whole history.',
  },
  replaySame: { fr: (sha256: string) => `mêmes octets : sha256 ${sha256}`, en: (sha256: string) => `same bytes: sha256 ${sha256}` },
  replayDifferent: {
    fr: (id: string, path: string, stored: string, decided: string) => `${id} : première différence à ${path} : enregistré ${stored}, redécidé ${decided}.`,
    en: (id: string, path: string, stored: string, decided: string) => `${id}: first difference at ${path}: stored ${stored}, decided again ${decided}.`,
  },
  replayVersion: {
    fr: (id: string, theirs: string, ours: string) => `${id} : décidée par le moteur et la politique ${theirs}, ce programme a ${ours}. Prenez la version de « cadastre » de l’époque : celle-ci ne peut rien en dire.`,
    en: (id: string, theirs: string, ours: string) => `${id}: decided by engine and policy ${theirs}, this program has ${ours}. Take the version of "cadastre" of that time: this one can say nothing about it.`,
  },
  replayBroken: {
    fr: (id: string, index: number, at: number) => `${id} : le grand livre ne va pas sans trou jusqu’à la ligne ${index} ; il manque ${at}.`,
    en: (id: string, index: number, at: number) => `${id}: the ledger does not reach entry ${index} without a gap; ${at} is missing.`,
  },
  replayCounts: {
    fr: (same: number, wrong: number, other: number, entries: number) => `${same} identiques · ${wrong} différentes · ${other} d’une autre version · ${entries} lignes du grand livre`,
    en: (same: number, wrong: number, other: number, entries: number) => `${same} same · ${wrong} different · ${other} of another version · ${entries} entries of the ledger`,
  },
  waited: {
    fr: (seconds: number) => `Pas encore prêt après ${seconds} s ; la commande est prise, « cadastre get instances » dit où elle en est.`,
    en: (seconds: number) => `Not ready after ${seconds} s; the order stands, "cadastre get instances" tells how far it is.`,
  },
} as const;

type Key = keyof typeof CATALOGUE;
/** The sentence `key` in `lang`; parameters are checked against the catalogue's own function. */
export const say = <K extends Key>(lang: Lang, key: K, ...args: Parameters<(typeof CATALOGUE)[K]['fr']>): string =>
  (CATALOGUE[key][lang] as (...a: unknown[]) => string)(...args);
