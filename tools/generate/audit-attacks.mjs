// @ts-check
// generates: docs/audit-attacks.md
import { writeFileSync } from 'node:fs';
import { ATTACKS } from '../../apps/notary/src/testing/attacks.ts';

/** A cell of a table: no bar, no line end. @param {string} text */
const cell = text => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const tables = ATTACKS.map(({ title, attacks }) => `## ${title}

| attack | verdict |
|---|---|
${attacks.map(({ name, verdict }) => `| ${cell(name)} | \`${verdict}\` |`).join('\n')}`);
const count = ATTACKS.reduce((sum, { attacks }) => sum + attacks.length, 0);

writeFileSync('docs/audit-attacks.md', `# Attacks on an audit bundle, and what the verifiers say

<!-- Generated from apps/notary/src/testing by tools/generate/audit-attacks.mjs: change them there. -->

Each of these ${String(count)} bundles is made by a builder that shares nothing with the product, and given to \`verify.py\` and \`verify.mjs\`, which must both say the verdict stated here
(\`apps/notary/src/verifiers/attacks.spec.ts\`). Where the attacker has the log's key, the manifest is made to fit whatever was changed. An \`OK\` among them is stated on purpose: it is what the
verdict does not promise, or the honest case next to the attack. What the checks are and in which order: [audit-bundle.md](audit-bundle.md).

Besides, with as many cases as \`CADASTRE_ADVERSARIAL_RUNS\` says (\`npm test\` takes a sample of fixed seed; \`CADASTRE_ADVERSARIAL_RUNS=100000 npx vitest run --project unit apps/notary/src/verifiers\` all of them):
- 10,000 flipped bits of a bundle: each is a \`FAIL\`, the same of both programs, unless the deflate stream still gives the same bytes; 2,500 of a stored bundle, and 2,500 of the files of a bundle that is packed again around them (\`flips.spec.ts\`);
- 100,000 spoilt Ed25519 keys, messages and signatures, the points of small order and the encodings that decoders disagree on among them: \`verify.py\`, \`verify.mjs\` and \`libs/tlog\` agree on each (\`ed25519.spec.ts\`).

${tables.join('\n\n')}
`);
