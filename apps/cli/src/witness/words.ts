import type { Lang } from '@cadastre/platform/locale';

const CATALOGUE = {
  made: {
    fr: (file: string) => `Clé écrite dans ${file} (lisible par vous seul). Donnez la ligne suivante, et elle seule, à qui tient la politique :`,
    en: (file: string) => `Key written to ${file} (readable by you alone). Give the following line, and nothing else, to whoever keeps the policy:`,
  },
  exists: {
    fr: (file: string) => `${file} existe déjà : une clé de témoin ne se remplace pas par mégarde. Choisissez un autre fichier.`,
    en: (file: string) => `${file} exists already: a witness's key is not replaced by accident. Choose another file.`,
  },
  badName: {
    fr: (name: string) => `« ${name} » ne peut nommer un témoin : ni espace, ni « + », 1 à 200 caractères, par exemple temoin.exemple.fr/w1.`,
    en: (name: string) => `"${name}" cannot name a witness: no space, no "+", 1 to 200 characters, for example witness.example/w1.`,
  },
  unreadable: {
    fr: (file: string, why: string) => `${file} ne peut être lu : ${why}.`,
    en: (file: string, why: string) => `${file} cannot be read: ${why}.`,
  },
  badKey: {
    fr: (file: string) => `${file} ne contient pas une clé faite par « cadastre witness init ».`,
    en: (file: string) => `${file} does not hold a key made by "cadastre witness init".`,
  },
  badLog: {
    fr: (file: string, line: number) => `${file}, ligne ${line} : attendu la clé de vérification d’un journal, nom+8 chiffres hexadécimaux+base64.`,
    en: (file: string, line: number) => `${file}, line ${line}: expected the verifier key of a log, name+8 hexadecimal digits+base64.`,
  },
  noLogs: {
    fr: (file: string) => `${file} ne nomme aucun journal : une ligne par clé de vérification, « # » pour un commentaire.`,
    en: (file: string) => `${file} names no log: one verifier key a line, "#" for a comment.`,
  },
  badListen: {
    fr: (text: string) => `« ${text} » n’est pas une adresse d’écoute : adresse:port, par exemple 127.0.0.1:7000.`,
    en: (text: string) => `"${text}" is no address to listen on: address:port, for example 127.0.0.1:7000.`,
  },
  noListen: {
    fr: (where: string, why: string) => `Impossible d’écouter sur ${where} : ${why}.`,
    en: (where: string, why: string) => `Cannot listen on ${where}: ${why}.`,
  },
  inUse: {
    fr: (folder: string) => `Un autre témoin tient déjà ${folder} : deux mémoires d’une clé pourraient signer deux histoires.`,
    en: (folder: string) => `Another witness holds ${folder} already: two memories of one key could sign two stories.`,
  },
  serving: {
    fr: (name: string, where: string, logs: number) => `témoin ${name} à l’écoute sur ${where}, ${logs} journal(aux) suivi(s)`,
    en: (name: string, where: string, logs: number) => `witness ${name} listening on ${where}, following ${logs} log(s)`,
  },
  reloaded: {
    fr: (logs: number) => `liste relue : ${logs} journal(aux) suivi(s)`,
    en: (logs: number) => `list read again: following ${logs} log(s)`,
  },
} as const;

type Key = keyof typeof CATALOGUE;
/** The sentence `key` in `lang`. */
export const say = <K extends Key>(lang: Lang, key: K, ...args: Parameters<(typeof CATALOGUE)[K]['fr']>): string =>
  (CATALOGUE[key][lang] as (...a: unknown[]) => string)(...args);
