import { accessSync, constants } from 'node:fs';
import { EXIT, Stop } from '../shared/exit.ts';
import { query, type Row } from '../shared/graphql.ts';
import { reason } from '../shared/issuer.ts';
import { printRows } from '../shared/output.ts';
import { findRunFile, openSession, type GlobalOptions } from '../shared/session.ts';
import { langOf, type Lang } from '@cadastre/platform/locale';
import { environment } from '../shared/environment.ts';
import { text } from '../shared/graphql.ts';

interface Finding {
  readonly [key: string]: string | boolean;
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `cadastre doctor`: looks at what a command needs, one line each, and exits 0 only when all is well. */
export const doctor = async (options: GlobalOptions): Promise<void> => {
  const lang = langOf(environment, options.lang);
  const run = findRunFile(environment);
  const findings: Finding[] = [{ what: 'node', ok: true, detail: process.versions.node }];
  findings.push({ what: 'run.json', ok: run?.ready === true, detail: run === undefined ? WORDS.noRun[lang] : run.ready ? WORDS.ready[lang] : WORDS.notReady[lang] });
  if (run !== undefined) {
    findings.push(...(await Promise.all([
      reach('tenant', ready(run.tenantUrl)), reach('provider', ready(run.providerUrl)),
      reach('tenant issuer', `${run.tenantIssuer}/.well-known/openid-configuration`),
      reach('provider issuer', `${run.providerIssuer}/.well-known/openid-configuration`),
    ])), readable('kubeconfig', run.kubeconfig));
  }
  findings.push(await token(options, lang));
  const columns = [
    { title: { fr: 'QUOI', en: 'WHAT' }, value: (r: Row) => text(r['what']) },
    { title: { fr: 'ÉTAT', en: 'STATE' }, value: (r: Record<string, unknown>) => (r['ok'] === true ? 'ok' : 'KO') },
    { title: { fr: 'DÉTAIL', en: 'DETAIL' }, value: (r: Row) => text(r['detail']) },
  ];
  printRows(process.stdout, findings, columns, options.output ?? 'table', lang);
  if (findings.some(f => !f.ok)) throw new Stop(EXIT.unreachable, '');
};

const WORDS = {
  noRun: { fr: 'aucune pile locale ici : « npm start »', en: 'no local stack here: "npm start"' },
  ready: { fr: 'la pile locale est prête', en: 'the local stack is ready' },
  notReady: { fr: 'la pile locale démarre ou s’est arrêtée', en: 'the local stack is starting or has stopped' },
} as const;

const ready = (url: string): string => new URL('/readyz', url).href;

const reach = async (what: string, url: string): Promise<Finding> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return { what, ok: answer.ok, detail: answer.ok ? url : `${url}: HTTP ${answer.status} ${(await answer.text()).slice(0, 200)}` };
  } catch (e) {
    return { what, ok: false, detail: `${url}: ${reason(e)}` };
  }
};

const readable = (what: string, file: string): Finding => {
  try {
    accessSync(file, constants.R_OK);
    return { what, ok: true, detail: file };
  } catch (e) {
    return { what, ok: false, detail: (e as Error).message };
  }
};

const token = async (options: GlobalOptions, lang: Lang): Promise<Finding> => {
  try {
    const session = await openSession(options, environment, 'tenant');
    const { viewer } = (await query(session, '{ viewer { id directory roles } }')) as { viewer: { id: string; directory: string; roles: string[] } };
    return { what: lang === 'fr' ? 'jeton' : 'token', ok: true, detail: `${viewer.directory} ${viewer.id} (${viewer.roles.join(', ')})` };
  } catch (e) {
    return { what: lang === 'fr' ? 'jeton' : 'token', ok: false, detail: (e as Error).message };
  }
};
