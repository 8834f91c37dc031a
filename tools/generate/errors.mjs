// @ts-check
// generates: docs/errors.md
import { writeFileSync } from 'node:fs';
import { CATALOGUES } from '../../apps/api/src/shared/messages/render.ts';
import { problemData } from '../../apps/api/src/shared/problems.ts';
import { PLACEMENT_REASONS } from '../../libs/domain/src/capacity/index.ts';
import { PROBLEM_CODES } from '../../libs/domain/src/core/index.ts';

const { fr, en } = CATALOGUES;
/** A cell of a table: no bar, no line end. @param {string} text */
const cell = text => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows.map(r => `| ${r.map(cell).join(' | ')} |`)].join('\n');

/** @param {import('../../libs/domain/src/core/index.ts').ProblemCode} code */
const memberOf = code => {
  switch (code) {
    case 'NOT_ENOUGH_CAPACITY':
      return 'NotEnoughCapacity';
    case 'POWER_REFUSED':
      return 'PowerRefused';
    case 'TENANT_CLASS_REFUSED':
    case 'LEGAL_SCOPE_REFUSED':
      return 'LegalScopeRefused';
    case 'QUOTA_EXCEEDED':
      return 'QuotaExceeded';
    default:
      return problemData('en', { code, params: {}, retryable: false }).__typename;
  }
};
/** Codes that a door or the allocator gives with `retryable: true`: what is in the way passes by itself. */
const RETRYABLE = new Set(['REGION_UNAVAILABLE', 'STILL_RUNNING', 'CLUSTER_CHECK_UNAVAILABLE', 'TOO_MANY_PLANS', 'AUDIT_LOG_NOT_OPEN', 'TOO_MANY_EXPORTS', 'MANDATE_MISSING', 'EXPORT_STORAGE']);
const members = Map.groupBy(PROBLEM_CODES, memberOf);
const problems = [...members].map(([member, codes]) => `### ${member}

${table(['code', 'retryable', 'message', 'que faire', 'message (en)', 'what to do'], codes.map(c => [`\`${c}\``, RETRYABLE.has(c) ? 'yes' : '', fr.problems[c].message, fr.problems[c].suggestion, en.problems[c].message, en.problems[c].suggestion]))}`);

/** @param {keyof typeof fr.conditions} reason */
const said = reason => [`\`${reason}\``, fr.conditions[reason].operator, fr.conditions[reason].tenant, en.conditions[reason].operator, en.conditions[reason].tenant];
const conditions = /** @type {(keyof typeof fr.conditions)[]} */ (Object.keys(fr.conditions).sort());
/** @param {'login' | 'errors'} part */
const plain = part => table(['code', 'message', 'message (en)'], Object.keys(fr[part]).map(code => [`\`${code}\``, /** @type {Record<string, string>} */ (fr[part])[code] ?? '', /** @type {Record<string, string>} */ (en[part])[code] ?? '']));

writeFileSync('docs/errors.md', `# Errors

<!-- Generated from the codes of libs/domain and the words of apps/api/src/shared/messages by tools/generate/errors.mjs: change them there. -->

A refusal is data: a member of the mutation's result union, with \`code\` (what a program tests), \`message\` and \`suggestion\` (French, or English when \`Accept-Language\` prefers it),
\`retryable\` and \`path\`. Words in braces are the numbers and names of the case (ICU MessageFormat). A refusal changes nothing and leaves an audit event.
GraphQL's own \`errors\` are only for what is malformed, unauthenticated, over a limit, or broken; each carries \`extensions.code\` and \`extensions.requestId\`.

## Refusals, by member of the result

${problems.join('\n\n')}

## Why an order was not placed

In the order in which they are checked; \`reasons\` names the headline first, each with its numbers.

The operator reads which rack, power node or pool, and every number. The tenant reads nothing that tells of other tenants: names of racks, nodes and pools,
when a limit is tightest, and how much is promised to others are left out (\`apps/api/src/shared/verdict.ts\` lists what stays).

${table(['reason', 'exploitant', 'client', 'operator', 'tenant'], PLACEMENT_REASONS.map(r => [`\`${r}\``, fr.placement[r].operator, fr.placement[r].tenant, en.placement[r].operator, en.placement[r].tenant]))}

What would be accepted instead, the smallest change first: ${Object.keys(en.remedies).map(c => `\`${c}\``).join(', ')}.

## What conditions say

The operator reads what is the matter, the tenant what it means for the order.

${table(['reason', 'exploitant', 'client', 'operator', 'tenant'], conditions.map(said))}

## Not let in (HTTP 401)

${plain('login')}

## Broken, or too much

${plain('errors')}
`);
