// @ts-check
// generates: docs/configuration.md
import { writeFileSync } from 'node:fs';
import { allocatorConfig, controllerConfig, doorConfig, keeperConfig, kubeAuditConfig, migrateConfig, monitorConfig, notaryConfig, signerConfig } from '../../libs/platform/src/config/index.ts';

const PROCESSES = [doorConfig, allocatorConfig, controllerConfig, notaryConfig, signerConfig, keeperConfig, monitorConfig, kubeAuditConfig, migrateConfig];
const all = PROCESSES.map(description => ({ process: description.process, settings: Object.values(description.settings) }));
const shared = (/** @type {string} */ key) => all.every(({ settings }) => settings.some(s => s.key === key));

/** @param {import('../../libs/platform/src/config/index.ts').Setting} of */
const row = of => {
  const fallback = of.fallback === undefined ? (of.schema.safeParse(undefined).success ? 'unset' : '**required**') : of.key === 'CADASTRE_VERSION' ? 'the version of the package' : `\`${of.fallback}\``;
  return `| \`${of.key}\` | ${of.about} | ${of.accepts} | ${fallback} |`;
};
/** @param {readonly import('../../libs/platform/src/config/index.ts').Setting[]} settings */
const table = settings => ['| key | meaning | accepts | default |', '|---|---|---|---|', ...settings.map(row)].join('\n');

const chapters = all.map(({ process, settings }) => `## ${process.replace(/^the /, '').replace(/^./, c => c.toUpperCase())}\n\n${table(settings.filter(s => !shared(s.key)))}`);
const text = `# Configuration

<!-- Generated from libs/platform/src/config by tools/generate/configuration.mjs: change it there. -->

Each process reads its environment once, at start-up. A wrong or missing value stops it with exit code 78 and one sentence that names the key, the value (secrets masked), what it accepts and the remedy.
The standard variables of OpenTelemetry (\`OTEL_EXPORTER_OTLP_ENDPOINT\`, \`OTEL_TRACES_EXPORTER\`, \`OTEL_METRICS_EXPORTER\`, …) are read too; nothing is exported unless one of them names an exporter.

## Every process

${table((all[0]?.settings ?? []).filter(s => shared(s.key)))}

${chapters.join('\n\n')}
`;
writeFileSync('docs/configuration.md', text);
