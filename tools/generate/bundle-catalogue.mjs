// @ts-check
// generates: apps/notary/verifiers/catalogue.fr.md apps/notary/verifiers/catalogue.en.md
import { writeFileSync } from 'node:fs';
import { AUDIT_WORDS } from '../../apps/api/src/shared/messages/audit.ts';
import { AUDIT_TYPES } from '../../libs/domain/src/audit/index.ts';

// What every bundle carries, for whoever reads the leaves without us: one language a file, and how a refusal looks.
const LANGUAGES = {
  fr: {
    title: 'Catalogue des événements d’audit', head: '| type | sens |',
    intro: `Chaque ligne de events.jsonl a un \`type\` de cette liste, close : \`<domaine>.<objet>.<acte>\`. \`outcome\` dit ce qu’il en fut : success, failure, denied (refusé) ou unknown (rompu de notre
côté). Un refus porte le type de l’acte refusé, et \`reason\` son code ; un rôle manquant est \`iam.access.denied\`.`,
  },
  en: {
    title: 'Catalogue of audit events', head: '| type | meaning |',
    intro: `Each line of events.jsonl has a \`type\` of this closed list: \`<area>.<noun>.<act>\`. \`outcome\` says what came of it: success, failure, denied, or unknown (broken on our side).
A refusal has the type of the act that was refused, and \`reason\` its code; a missing role is \`iam.access.denied\`.`,
  },
};
for (const lang of /** @type {const} */ (['fr', 'en'])) {
  const { title, head, intro } = LANGUAGES[lang];
  writeFileSync(`apps/notary/verifiers/catalogue.${lang}.md`, `# ${title}\n\n${intro}\n\n${head}\n|---|---|\n${AUDIT_TYPES.map(t => `| \`${t}\` | ${AUDIT_WORDS[t][lang]} |`).join('\n')}\n`);
}
