// @ts-check
// generates: docs/audit-catalogue.md
import { writeFileSync } from 'node:fs';
import { AUDIT_WORDS } from '../../apps/api/src/shared/messages/audit.ts';
import { AUDIT_TYPES } from '../../libs/domain/src/audit/index.ts';

/** @param {string} type */
const areaOf = type => type.slice(0, type.indexOf('.'));
const areas = [...Map.groupBy(AUDIT_TYPES, areaOf)].map(([area, types]) => `## ${area}

| type | sens | meaning |
|---|---|---|
${types.map(t => `| \`${t}\` | ${AUDIT_WORDS[t].fr} | ${AUDIT_WORDS[t].en} |`).join('\n')}`);

writeFileSync('docs/audit-catalogue.md', `# Audit catalogue

<!-- Generated from AUDIT_TYPES of libs/domain and the words of apps/api/src/shared/messages/audit.ts by tools/generate/audit-catalogue.mjs: change them there. -->

The closed list of event types, \`<area>.<noun>.<act>\`. A refusal is an event of the same type with phase \`denied\`, outcome \`failure\` and the code of docs/errors.md as its
reason, so that a search for an act also finds its refusals; a mutation that broke on our side has outcome \`unknown\`. A missing role is \`iam.access.denied\`.
A repetition with the same idempotency key is answered from the first act and adds no event: its receipt names the first act's.

${areas.join('\n\n')}
`);
