import { createHash } from 'node:crypto';
import type { Erasure } from '@cadastre/domain/erasure';
import type { Lang } from '@cadastre/platform/locale';

/** The certificate for a person who reads no JSON. The JSON is what counts: it is named in the last line. Undefined before the erasure is done. */
export const certificateText = (lang: Lang, e: Erasure, clause: string): string | undefined => {
  if (e.certificate === undefined || e.erasedAt === undefined || e.eventId === undefined) return undefined;
  const sha256 = createHash('sha256').update(e.certificate).digest('hex');
  const keys = String(e.keys.length);
  return (lang === 'fr' ? [
    `Certificat d’effacement ${e.id}`,
    e.subject === undefined ? 'Concerne : toutes les personnes de l’organisation' : `Concerne : ${e.subject}`,
    `Fondement : ${clause}. Demandé par ${e.requestedBy} le ${e.requestedAt}.`,
    `Le ${e.erasedAt}, ${keys} clé(s) détruite(s) : ce que les événements du journal disaient de personnel sous ces clés n’est plus lisible, dans toutes leurs copies.`,
    'Les événements, leurs empreintes et leurs preuves sont inchangés. Une sauvegarde du répertoire des clés antérieure à cette date doit être détruite ou rejouée avec la liste des clés effacées.',
    `Preuve : événement ${e.eventId}, numbers.certificate_sha256 = ${sha256}`,
  ] : [
    `Certificate of erasure ${e.id}`,
    e.subject === undefined ? 'About: everybody of the organisation' : `About: ${e.subject}`,
    `Ground: ${clause}. Asked for by ${e.requestedBy} at ${e.requestedAt}.`,
    `At ${e.erasedAt}, ${keys} key(s) destroyed: what the events of the log said under them that was personal can no longer be read, in any copy of them.`,
    'The events, their hashes and their proofs are unchanged. A backup of the key directory from before that date must be destroyed, or restored with the list of erased keys.',
    `Proof: event ${e.eventId}, numbers.certificate_sha256 = ${sha256}`,
  ]).join('\n');
};
