// @ts-check
// generates: docs/compliance.md
// Each place that a clause names must exist: a query of the schemas, a type of the catalogue, a verb of the command line, a file, a test.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { AUDIT_TYPES } from '../../libs/domain/src/audit/index.ts';
import { CLAUSES } from '../../libs/domain/src/evidence/index.ts';

const schemas = ['tenant', 'provider'].map(door => buildSchema(readFileSync(`apps/api/${door}.graphql`, 'utf8'), { assumeValidSDL: true }));
const queries = new Set(schemas.flatMap(s => Object.keys(s.getQueryType()?.getFields() ?? {})));
const mutations = new Set(schemas.flatMap(s => Object.keys(s.getMutationType()?.getFields() ?? {})));
const cli = readdirSync('apps/cli/src', { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.ts') && !f.endsWith('.spec.ts')).map(f => readFileSync(`apps/cli/src/${f}`, 'utf8')).join('\n');
/** @param {string} verbs */
const isCommand = verbs => verbs.split(' ').every(v => new RegExp(`command\\('${v}[ ']`).test(cli));

/** @param {import('../../libs/domain/src/evidence/index.ts').Where} w @returns {[boolean, string]} */
const shown = w => {
  if ('query' in w) return [queries.has(w.query), `query \`${w.query}\``];
  if ('mutation' in w) return [mutations.has(w.mutation), `mutation \`${w.mutation}\``];
  if ('event' in w) return [(/** @type {readonly string[]} */ (AUDIT_TYPES)).includes(w.event), `event \`${w.event}\``];
  if ('command' in w) return [isCommand(w.command), `\`cadastre ${w.command}\``];
  if ('file' in w) return [existsSync(w.file), `[${w.file}](${w.file.startsWith('docs/') ? w.file.slice(5) : `../${w.file}`})`];
  return [existsSync(w.test), `test [${w.test.split('/').at(-1) ?? ''}](../${w.test})`];
};
const missing = CLAUSES.flatMap(c => c.where.filter(w => !shown(w)[0]).map(w => `${c.text} ${c.clause}: ${JSON.stringify(w)} does not exist`));
if (missing.length > 0) throw new Error(missing.join('\n'));

/** @param {import('../../libs/domain/src/evidence/index.ts').Words | undefined} words @param {'fr' | 'en'} lang */
const said = (words, lang) => words?.[lang] ?? '—';
/** @param {'fr' | 'en'} lang */
const table = lang => [...Map.groupBy(CLAUSES, c => c.text)].map(([text, clauses]) => `### ${text}

| ${lang === 'fr' ? 'clause | demande | ce que Cadastre laisse comme preuve | où | ce que l’exploitant doit faire' : 'clause | asks | evidence that Cadastre leaves | where | what the operator must do'} |
|---|---|---|---|---|
${clauses.map(c => `| ${c.clause} | ${c.asks[lang]} | ${said(c.evidence, lang)} | ${c.where.map(w => shown(w)[1]).join(', ') || '—'} | ${said(c.operator, lang)} |`).join('\n')}`).join('\n\n');

writeFileSync('docs/compliance.md', `# Preuves par clause · Evidence by clause

<!-- Generated from libs/domain/src/evidence by tools/generate/compliance.mjs: change it there. -->

## Français
Cadastre n’est ni « conforme HDS » ni « qualifié SecNumCloud » : ces titres sont accordés par d’autres au service d’un exploitant. Ce tableau dit, clause par clause et dans nos mots, quelle preuve le logiciel laisse, où elle se trouve, et ce qu’il ne peut pas faire à la place de l’exploitant.
Les numéros sont ceux des textes tels que nous les lisons ; comparer à l’édition en vigueur.

${table('fr')}

## English
Cadastre is neither “HDS compliant” nor “SecNumCloud qualified”: these are granted by others to an operator’s service. This table says, clause by clause and in our words, what evidence the software leaves, where it is, and what it cannot do in the operator’s place.
The numbers are those of the texts as we read them; compare with the edition in force.

${table('en')}
`);
