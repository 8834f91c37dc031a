import type { AlarmKind } from '@cadastre/domain/alarm';
import type { Lang } from '@cadastre/platform/locale';
import type { Sentence } from './catalogue.ts';

type Both = Readonly<Record<Lang, Sentence>>;
const EVIDENCE = {
  fr: 'Ne touchez à rien : conservez la base, le stockage et les journaux du serveur tels quels, comparez avec une copie hors site, puis acquittez (docs/operations.md).',
  en: 'Touch nothing: keep the database, the storage and the server’s logs as they are, compare with a copy kept elsewhere, then acknowledge (docs/operations.md).',
} as const;
const both = (fr: string, en: string, todo: { readonly fr: string; readonly en: string } = EVIDENCE): Both => ({ fr: { message: fr, suggestion: todo.fr }, en: { message: en, suggestion: todo.en } });

/** What is wrong, and what to do. `origin` and `place` are the alarm's; the other parameters are its detail. A kind without words in both languages does not compile. */
export const ALARM_WORDS: Readonly<Record<AlarmKind, Both>> = {
  ROW_ALTERED: both('L’événement scellé {place} du journal {origin} n’a plus ses octets{places, plural, =0 {} other { ; # autres places sont touchées}}.', 'The sealed event {place} of the log {origin} does not have its bytes any more{places, plural, =0 {} other {; # more places are affected}}.'),
  ROW_MISSING: both('L’événement scellé {place} du journal {origin} a disparu de la base, sans purge{places, plural, =0 {} other { ; # autres manquent aussi}}.', 'The sealed event {place} of the log {origin} is gone from the database, and was not pruned{places, plural, =0 {} other {; # more are missing}}.'),
  LEAF_ALTERED: both('L’empreinte {place} du journal {origin} n’est pas, dans la base, celle qui a été publiée{places, plural, =0 {} other { ; # autres places sont touchées}}.', 'The hash {place} of the log {origin} is not, in the database, the one that was published{places, plural, =0 {} other {; # more places are affected}}.'),
  TILE_ALTERED: both('Le fichier {place} du journal {origin} ne mène pas à la racine qui a été signée.', 'The file {place} of the log {origin} does not lead to the root that was signed.'),
  CHECKPOINT_INVALID: both('Le point de contrôle {place} du journal {origin} n’est pas signé par la clé de confiance, ou est malformé.', 'The checkpoint {place} of the log {origin} is not signed by the trusted key, or is malformed.'),
  ROLLED_BACK: both('Le journal {origin} ne prolonge pas ce que le moniteur en a vérifié : taille {now}, après {before}.', 'The log {origin} does not continue what the monitor verified of it: size {now}, after {before}.'),
  SPLIT_VIEW: both('Le journal global raconte deux histoires de {origin} ({place}).', 'The global log tells two stories of {origin} ({place}).'),
  DIGEST_MISMATCH: both('L’événement {place} du journal {origin} n’a pas l’empreinte donnée par son auteur{places, plural, =0 {} other { ; # autres places sont touchées}}.', 'The event {place} of the log {origin} does not have the digest that its writer gave{places, plural, =0 {} other {; # more places are affected}}.'),
  KUBE_FOREIGN: both('Une modification du cluster a été faite avec notre compte de service sans acte dans le journal ({place}).', 'The cluster was changed with our service account, without an act in the log ({place}).', {
    fr: 'Trouvez qui détient le jeton de ce compte, changez-le, puis acquittez.', en: 'Find who holds the token of that account, replace it, then acknowledge.',
  }),
  HEARTBEAT_SILENT: both('Le journal {origin} se tait depuis {age, number} s (limite {limit, number} s).', 'The log {origin} has been silent for {age, number} s (limit {limit, number} s).', {
    fr: 'Vérifiez que le notaire tourne et atteint la base, le stockage et le signataire.', en: 'Check that the notary runs and reaches the database, the storage and the signer.',
  }),
  SEAL_LAG: both('Des événements attendent leur sceau depuis {age, number} s (limite {limit, number} s).', 'Events have waited for their seal for {age, number} s (limit {limit, number} s).', {
    fr: 'Regardez /readyz et le journal du notaire ; cherchez aussi une transaction restée ouverte dans la base.', en: 'Look at /readyz and the log of the notary; look also for a transaction that was left open in the database.',
  }),
  WITNESS_MISSING: both('Le témoin {place} n’a rien cosigné depuis {age, number} s (limite {limit, number} s).', 'The witness {place} has cosigned nothing for {age, number} s (limit {limit, number} s).', {
    fr: 'Demandez à qui le tient s’il tourne et si son adresse est la bonne.', en: 'Ask whoever runs it whether it is up and its address right.',
  }),
  WITNESS_QUORUM_MISSING: both('Le quorum des témoins n’est pas atteint depuis {age, number} s (limite {limit, number} s).', 'The quorum of witnesses has not been met for {age, number} s (limit {limit, number} s).', {
    fr: 'Le journal reste scellé et signé ; sans quorum, personne d’extérieur n’atteste qu’il est le même pour tous. Rétablissez les témoins.', en: 'The log is still sealed and signed; without a quorum nobody outside attests that all are shown the same. Bring the witnesses back.',
  }),
  TIMESTAMP_STALE: both('Aucun horodatage RFC 3161 depuis {age, number} s (limite {limit, number} s).', 'No RFC 3161 timestamp for {age, number} s (limit {limit, number} s).', {
    fr: 'Vérifiez que l’autorité d’horodatage répond et que son certificat est valide.', en: 'Check that the time-stamping authority answers and that its certificate is valid.',
  }),
  LOG_FROZEN: both('Le journal d’audit est gelé depuis {age, number} s : aucun acte n’est accepté.', 'The audit trail has been frozen for {age, number} s: no act is taken.', {
    fr: 'Lisez la raison dans /readyz du notaire ; après une restauration, rétablissez la base au-delà du dernier sceau ou ouvrez une nouvelle origine.', en: 'Read the reason in the notary’s /readyz; after a restore bring the database beyond the last seal, or open a new origin.',
  }),
  LOG_STOPPED: both('Le journal {origin} n’est plus scellé : un événement en attente n’a pas l’empreinte de son auteur.', 'The log {origin} is not sealed any more: an event that waits does not have the digest of its writer.'),
  CLOCK_SKEW: both('L’horloge de la base et celle du moniteur diffèrent de {skew, number} ms (limite {limit, number} ms).', 'The clocks of the database and of the monitor differ by {skew, number} ms (limit {limit, number} ms).', {
    fr: 'Vérifiez la synchronisation des deux machines (SecNumCloud 3.2 §12.8).', en: 'Check that both machines are synchronised (SecNumCloud 3.2 §12.8).',
  }),
  SINK_BEHIND: both('L’envoi {place} du journal {origin} a {age, number} s de retard (limite {limit, number} s).', 'The sink {place} of the log {origin} is {age, number} s behind (limit {limit, number} s).', {
    fr: 'Rétablissez la destination : l’envoi reprend où il s’est arrêté.', en: 'Bring the destination back: sending goes on from where it stopped.',
  }),
  UNVERIFIED: both('Le moniteur n’a pas pu tout vérifier depuis {age, number} s (limite {limit, number} s) : {place}.', 'The monitor could not verify everything for {age, number} s (limit {limit, number} s): {place}.', {
    fr: 'Regardez /readyz du moniteur : il nomme ce qui ne répond pas.', en: 'Look at the monitor’s /readyz: it names what does not answer.',
  }),
};
