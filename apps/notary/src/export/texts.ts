import type { Pin } from '@cadastre/store/auditexport';

/** What the two introductions of a bundle say about it; nothing that differs between two exports of the same period. */
export interface Described extends Pick<Pin, 'firstIndex' | 'endIndex' | 'logSize' | 'globalSize' | 'timestamps'> {
  readonly log: string;
  readonly from: string;
  readonly to: string;
}

const fr = ({ log, from, to, firstIndex, endIndex, logSize, globalSize, timestamps }: Described): string => `DOSSIER DE PREUVE D'UN JOURNAL D'AUDIT

Journal      ${log}
Période      du ${from} au ${to}
Événements   ${String(firstIndex)} à ${String(endIndex - 1)} d'un journal de ${String(logSize)}
Témoins      point de contrôle du journal général de taille ${String(globalSize)} (global.checkpoint)
Horodatage   ${timestamps.length === 0 ? 'aucun' : timestamps.map(t => `timestamps/${String(t.size)}.tsr`).join(', ')}

COMMENT VÉRIFIER, sans réseau et sans nous :

    python3 verify.py --trust CONFIANCE.txt LE-DOSSIER.zip     (Python 3.9 ou plus récent)
    node verify.mjs --trust CONFIANCE.txt LE-DOSSIER.zip       (Node 20.15 ou plus récent)

Les deux programmes sont indépendants l'un de l'autre. CONFIANCE.txt nomme la clé du journal et ses témoins : obtenez-la d'ailleurs que de ce dossier
(du contrat, de l'exploitant, des témoins), sinon vous ne vérifiez que sa cohérence avec lui-même. Le policy.txt d'ici n'est donné que pour information.
La dernière ligne dit le verdict : OK, FAIL avec sa raison, ou DISCONTINUITY ; le code de sortie est 0, 1 ou 2. Le programme dit aussi ce qui n'est pas prouvé.

COMMENT LIRE : events.jsonl contient un événement par ligne, octet pour octet tel qu'il a été écrit au moment de l'acte. catalogue.fr.md dit ce que chaque type
signifie ; « outcome » dit ce qu'il en fut (success, failure, denied, unknown), « reason » pourquoi. Un refus porte le type de l'acte refusé. Par exemple :

    grep '"outcome":"denied"\\|"outcome":"failure"' events.jsonl

Les événements de part et d'autre de la période (premier et dernier battement, audit.log.heartbeat) montrent qu'aucun n'y manque.
Les fichiers de views/ en sont dérivés et ne sont pas des preuves : chaque ligne nomme le leaf_hash de son événement.
La signature de l'autorité d'horodatage se vérifie avec openssl ts -verify ; le programme affiche la commande.
`;

const en = ({ log, from, to, firstIndex, endIndex, logSize, globalSize, timestamps }: Described): string => `PROOF BUNDLE OF AN AUDIT LOG

Log          ${log}
Period       from ${from} to ${to}
Events       ${String(firstIndex)} to ${String(endIndex - 1)} of a log of ${String(logSize)}
Witnesses    checkpoint of the global log of size ${String(globalSize)} (global.checkpoint)
Timestamp    ${timestamps.length === 0 ? 'none' : timestamps.map(t => `timestamps/${String(t.size)}.tsr`).join(', ')}

HOW TO VERIFY, without a network and without us:

    python3 verify.py --trust TRUST.txt THE-BUNDLE.zip         (Python 3.9 or later)
    node verify.mjs --trust TRUST.txt THE-BUNDLE.zip           (Node 20.15 or later)

The two programs are independent of each other. TRUST.txt names the key of the log and its witnesses: get it from elsewhere than this bundle (the contract,
the operator, the witnesses), or you only verify that the bundle agrees with itself. The policy.txt in here is for information only.
The last line says the verdict: OK, FAIL with its reason, or DISCONTINUITY; the exit code is 0, 1 or 2. The program also says what is not proven.

HOW TO READ: events.jsonl has one event a line, byte for byte as it was written when the act was done. catalogue.en.md says what each type means; "outcome" says
what came of it (success, failure, denied, unknown), "reason" why. A refusal has the type of the act that was refused. For example:

    grep '"outcome":"denied"\\|"outcome":"failure"' events.jsonl

The events around the period (first and last heartbeat, audit.log.heartbeat) show that none is missing from it.
The files of views/ are derived and no evidence: each row names the leaf_hash of its event.
The signature of the time-stamping authority is verified with openssl ts -verify; the program prints the command.
`;

export const introductions = (d: Described): { readonly 'LISEZMOI.txt': string; readonly 'README.txt': string } => ({ 'LISEZMOI.txt': fr(d), 'README.txt': en(d) });
