// @ts-check
// generates: docs/audit-catalogue.md docs/audit-event.schema.json
import { writeFileSync } from 'node:fs';
import { AUDIT_WORDS } from '../../apps/api/src/shared/messages/audit.ts';
import { AUDIT_TYPES, coursesOf, EVENT_SCHEMA, EVERY_PROCESS, EVERY_REQUEST, keepingOf, writersOf } from '../../libs/domain/src/audit/index.ts';

/** @typedef {(typeof AUDIT_TYPES)[number]} Type */

/** @param {string} type */
const areaOf = type => type.slice(0, type.indexOf('.'));
/** @param {Type} type */
const keeping = type => {
  const { class: c, retention, legal } = keepingOf(type);
  return `${c} · ${retention} · ${legal}`;
};
/** @param {Type} type */
const row = type => `| \`${type}\` | ${AUDIT_WORDS[type].fr} | ${AUDIT_WORDS[type].en} | ${keeping(type)} | ${coursesOf(type).join(', ')} | ${writersOf(type).join(', ') || 'not yet'} |`;
const areas = [...Map.groupBy(AUDIT_TYPES, areaOf)].map(([area, types]) => `## ${area}

| type | sens | meaning | class · retention · basis | phase/outcome | who writes it |
|---|---|---|---|---|---|
${types.map(row).join('\n')}`);

writeFileSync('docs/audit-catalogue.md', `# Audit catalogue

<!-- Generated from libs/domain/src/audit (types, keepings, courses, bindings) and the words of apps/api/src/shared/messages/audit.ts by tools/generate/audit-catalogue.mjs: change them there. -->

The closed list of event types, \`<area>.<noun>.<act>\`. A refusal is an event of the same type with phase \`denied\`, outcome \`failure\` and the code of docs/errors.md as its
reason, so that a search for an act also finds its refusals; a mutation that broke on our side has outcome \`unknown\`. A missing role is \`iam.access.denied\`.
A repetition with the same idempotency key is answered from the first act and adds no event: its receipt names the first act's.
The form of an event is [audit-event.schema.json](audit-event.schema.json). \`basis\` is the clause that the event is evidence for, not a claim of compliance.

La liste fermée des types d'événements. Un refus est un événement du même type, avec la phase \`denied\` ; \`basis\` est la clause dont l'événement est une preuve, et non une déclaration de conformité.

**Sensitive reads** are events, committed before anything is shown: the audit log itself; what the operator reads of one organisation's orders; who holds the machines of a datacenter.
Not events: what a tenant's own people wrote and read again (instances, images, SSH keys: the operator's database role has no right to the last two), places and hardware.
**Lectures sensibles** : le journal lui-même, ce que l'exploitant lit des commandes d'une organisation, qui tient les machines d'un site. Une organisation qui relit ce qu'elle a écrit n'en est pas une.

**A process' settings** are never written: \`platform.process.start\` carries a digest over all of them, in which a secret counts only as set or not set (the digest of a weak secret could be guessed), and
\`platform.config.change\` the names of the keys that differ. **Les réglages d'un processus** ne sont jamais écrits : un condensé, et le nom des clés qui changent.

Every GraphQL request may leave ${EVERY_REQUEST.map(t => `\`${t}\``).join(', ')}; every process with a database ${EVERY_PROCESS.map(t => `\`${t}\``).join(', ')}. Types that a process of the notary writes are named by its folder.

${areas.join('\n\n')}
`);
writeFileSync('docs/audit-event.schema.json', `${JSON.stringify(EVENT_SCHEMA, undefined, 2)}\n`);
