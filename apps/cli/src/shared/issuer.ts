import { EXIT, Stop } from './exit.ts';
import type { Lang } from '@cadastre/platform/locale';
import { say } from './words.ts';

export const CLI_CLIENT = 'cadastre-cli';
const DEVELOPMENT_GRANT = 'urn:cadastre:params:grant-type:development-user';

/** A one-hour token of the development issuer; the two directories are asked in turn because a user name is in one of them. */
export const developmentToken = async (
  user: string,
  run: { readonly tenantIssuer: string; readonly providerIssuer: string } | undefined,
  lang: Lang,
): Promise<string> => {
  if (run === undefined) throw new Stop(EXIT.usage, say(lang, 'noUrl', 'tenant'));
  for (const issuer of [run.tenantIssuer, run.providerIssuer]) {
    const body = new URLSearchParams({ grant_type: DEVELOPMENT_GRANT, client_id: CLI_CLIENT, username: user });
    const answer = await fetch(`${issuer}/token`, { method: 'POST', body }).catch((e: unknown) => {
      throw new Stop(EXIT.unreachable, say(lang, 'noServer', issuer, reason(e)));
    });
    if (!answer.ok) continue;
    const { access_token: token } = (await answer.json()) as { access_token: string };
    return token;
  }
  throw new Stop(EXIT.unauthenticated, say(lang, 'noDevUser', user));
};

/** The innermost message of a failed fetch: `fetch failed` alone helps nobody. */
export const reason = (e: unknown): string => {
  const cause = e instanceof Error ? (e.cause ?? e) : e;
  if (cause instanceof AggregateError && cause.errors[0] !== undefined) return reason(cause.errors[0]);
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(cause);
};
