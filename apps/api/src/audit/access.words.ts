import type { AccessFinding, NotRecorded } from '@cadastre/domain/access';
import type { Lang } from '@cadastre/platform/locale';

interface Words {
  readonly finding: (f: AccessFinding) => string;
  readonly notRecorded: Readonly<Record<NotRecorded, string>>;
}

const day = (instant: string | undefined): string => instant?.slice(0, 16).replace('T', ' ') ?? '?';
const or = (text: string | undefined, none: string): string => text ?? none;

/** What was found, in one sentence, and what cannot be. */
export const ACCESS_WORDS: Readonly<Record<Lang, Words>> = {
  fr: {
    finding: f => {
      const end = f.endedAt === undefined ? '' : ` ; ${{ REVOKED: 'révoqué', EXPIRED: 'échu', RELEASED: 'instance rendue' }[f.endedHow ?? 'EXPIRED']} le ${day(f.endedAt)} par ${or(f.endedBy, '?')}`;
      const used = f.uses === undefined ? ' ; usage non enregistré' : f.uses.count === 0 ? ' ; jamais utilisé dans la période' : f.uses.count === 1 ? ` ; utilisé une fois, le ${day(f.uses.first)}` : ` ; utilisé ${String(f.uses.count)} fois, du ${day(f.uses.first)} au ${day(f.uses.last)}`;
      switch (f.kind) {
        case 'MANDATE': return `Mandat de lecture proposé par ${or(f.givenBy, '?')} le ${day(f.givenAt)}, ${f.approvedBy === undefined ? 'approuvé par personne' : `approuvé par ${f.approvedBy} le ${day(f.approvedAt)}`}, sur « ${or(f.legalAct, '?')} », jusqu’au ${day(f.until)}${end}${used}.`;
        case 'APIKEY': return `Clé d’API créée par ${or(f.givenBy, '?')} le ${day(f.givenAt)}, rôles ${f.allows.join(', ')}, jusqu’au ${day(f.until)}${end}${used}.`;
        case 'SSH_KEYS': return `Commande de ${or(f.givenBy, '?')} le ${day(f.givenAt)} : ${or(f.allows[0], 'des')} clé(s) SSH mises sur l’instance${end}${used}.`;
        default: return `Par ses rôles dans l’annuaire (${f.allows.join(', ')}), sans octroi enregistré ici${used}.`;
      }
    },
    notRecorded: {
      DIRECTORY_ROLES: 'Qui a donné un rôle dans l’annuaire OpenID, et quand : l’annuaire le sait, pas Cadastre. Les rôles sont dans chaque évènement de la personne.',
      KEY_HOLDERS: 'Entre quelles mains est passée une clé d’API ou une clé SSH, et à qui est une clé SSH.',
      OUTSIDE_READS: 'Ce que quelqu’un a lu ou fait hors des portes de Cadastre : dans la grappe, la base de données, le site.',
      INSTANCE_SESSIONS: 'Les sessions SSH sur l’instance et ce qui y a été fait : Cadastre n’y entre pas.',
    },
  },
  en: {
    finding: f => {
      const end = f.endedAt === undefined ? '' : `; ${{ REVOKED: 'revoked', EXPIRED: 'expired', RELEASED: 'instance released' }[f.endedHow ?? 'EXPIRED']} on ${day(f.endedAt)} by ${or(f.endedBy, '?')}`;
      const used = f.uses === undefined ? '; use is not recorded' : f.uses.count === 0 ? '; never used in the period' : f.uses.count === 1 ? `; used once, on ${day(f.uses.first)}` : `; used ${String(f.uses.count)} times, from ${day(f.uses.first)} to ${day(f.uses.last)}`;
      switch (f.kind) {
        case 'MANDATE': return `Mandate to read proposed by ${or(f.givenBy, '?')} on ${day(f.givenAt)}, ${f.approvedBy === undefined ? 'approved by nobody' : `approved by ${f.approvedBy} on ${day(f.approvedAt)}`}, on “${or(f.legalAct, '?')}”, until ${day(f.until)}${end}${used}.`;
        case 'APIKEY': return `API key made by ${or(f.givenBy, '?')} on ${day(f.givenAt)}, roles ${f.allows.join(', ')}, until ${day(f.until)}${end}${used}.`;
        case 'SSH_KEYS': return `Order of ${or(f.givenBy, '?')} on ${day(f.givenAt)}: ${or(f.allows[0], 'some')} SSH key(s) put on the instance${end}${used}.`;
        default: return `By roles in the directory (${f.allows.join(', ')}), with no grant recorded here${used}.`;
      }
    },
    notRecorded: {
      DIRECTORY_ROLES: 'Who gave a role in the OpenID directory, and when: the directory knows, Cadastre does not. The roles stand in each event of the person.',
      KEY_HOLDERS: 'Through whose hands an API key or an SSH key went, and whose an SSH key is.',
      OUTSIDE_READS: 'What somebody read or did past the doors of Cadastre: in the cluster, the database, the building.',
      INSTANCE_SESSIONS: 'SSH sessions on the instance and what was done there: Cadastre does not go in.',
    },
  },
};
