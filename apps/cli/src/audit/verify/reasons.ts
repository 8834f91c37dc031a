import type { Lang } from '@cadastre/platform/locale';

/** What each reason of docs/audit-bundle.md means to whoever reads it; the detail that follows is for who writes programs. */
const REASONS: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  usage: { fr: 'donnez le fichier de confiance : cadastre audit verify --trust FICHIER DOSSIER.zip', en: 'give the trust file: cadastre audit verify --trust FILE BUNDLE.zip' },
  trust: { fr: 'le fichier de confiance est illisible, mal formé ou incomplet', en: 'the trust file cannot be read, is malformed or incomplete' },
  archive: { fr: 'le fichier est illisible, ou n’est pas un dossier d’audit entier et intact', en: 'the file cannot be read, or is not a whole, intact audit bundle' },
  manifest: { fr: 'le manifeste est mal formé ou se contredit', en: 'the manifest is malformed or contradicts itself' },
  version: { fr: 'le dossier est d’une version que cette commande ne connaît pas', en: 'the bundle is of a version that this command does not know' },
  files: { fr: 'les fichiers du dossier ne sont pas ceux de son manifeste', en: 'the files of the bundle are not those of its manifest' },
  'global-checkpoint': { fr: 'le point de contrôle général n’est pas signé par le journal de confiance', en: 'the global checkpoint is not signed by the trusted log' },
  quorum: { fr: 'trop peu de témoins de confiance ont cosigné le point de contrôle général, ou l’un d’eux à tort', en: 'too few of the trusted witnesses have cosigned the global checkpoint, or one of them wrongly' },
  'log-checkpoint': { fr: 'le point de contrôle du journal n’est pas signé par le journal de confiance', en: 'the checkpoint of the log is not signed by the trusted log' },
  inclusion: { fr: 'le journal n’est pas inclus dans le journal général', en: 'the log is not included in the global log' },
  consistency: { fr: 'un point de contrôle horodaté n’est pas un début du journal général', en: 'a timestamped checkpoint is no beginning of the global log' },
  discontinuity: { fr: 'les déclarations de perte ne sont pas signées ou ne se suivent pas', en: 'the statements of loss are not signed or do not follow each other' },
  events: { fr: 'des événements sont mal formés, d’un autre journal, en trop ou absents', en: 'events are malformed, of another log, too many or missing' },
  root: { fr: 'ces événements, dans cet ordre, ne donnent pas la racine signée', en: 'these events, in this order, do not give the signed root' },
  period: { fr: 'des événements de la période peuvent être hors du dossier', en: 'events of the period may lie outside of the bundle' },
  views: { fr: 'une vue n’est pas celle du manifeste', en: 'a view is not the one of the manifest' },
  timestamp: { fr: 'un horodatage ne porte pas sur son point de contrôle', en: 'a timestamp is not about its checkpoint' },
};
const UNFORESEEN: Readonly<Record<Lang, string>> = { fr: 'la commande n’a pas pu finir', en: 'the command could not finish' };

export const meaningOf = (reason: string, lang: Lang): string => (REASONS[reason] ?? UNFORESEEN)[lang];
