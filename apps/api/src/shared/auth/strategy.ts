import type { IncomingMessage } from 'node:http';
import passport from 'passport';
import type { Believe } from './believe.ts';
import { NotBelieved, type Identity } from './identity.ts';

export const STRATEGY = 'cadastre-bearer';

/** RFC 6750: the token of an `Authorization: Bearer` header. Never from a URL, where it would end up in logs. */
export const bearerOf = (header: string | undefined): string | undefined => /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header ?? '')?.[1];

/** Passport's contract for a strategy, over the one function that judges tokens. */
export class BearerStrategy extends passport.Strategy {
  override readonly name = STRATEGY;
  // Not #private: Passport calls `authenticate` on an object made from the strategy, which has no private fields.
  readonly believe: Believe;
  constructor(believe: Believe) {
    super();
    this.believe = believe;
  }
  override authenticate(request: unknown): void {
    const { headers, socket } = request as IncomingMessage;
    const token = bearerOf(headers.authorization);
    if (token === undefined) {
      this.fail(headers.authorization === undefined ? 'NO_TOKEN' : 'MALFORMED_TOKEN', 401);
      return;
    }
    this.believe(token, socket.remoteAddress ?? '').then(
      identity => { this.success(identity); },
      (e: unknown) => {
        if (e instanceof NotBelieved) this.fail(e.failure, 401);
        else this.error(e);
      },
    );
  }
}

/** Runs a token through Passport outside of a request too: WebSocket sessions bring theirs in `connection_init`. */
export const authenticate = (authenticator: passport.PassportStatic, request: Pick<IncomingMessage, 'headers' | 'socket'>): Promise<Identity> =>
  new Promise((done, failed) => {
    const callback = (error: unknown, identity: unknown, info: unknown): void => {
      if (error !== null && error !== undefined) failed(error instanceof Error ? error : new Error('authentication broke', { cause: error }));
      else if (identity === false || identity === undefined) failed(new NotBelieved(typeof info === 'string' ? (info as NotBelieved['failure']) : 'MALFORMED_TOKEN'));
      else done(identity as Identity);
    };
    const middleware = authenticator.authenticate(STRATEGY, { session: false }, callback) as (req: unknown, res: unknown, next: (e?: unknown) => void) => void;
    middleware(request, {}, e => { if (e !== undefined) failed(e instanceof Error ? e : new Error('authentication broke')); });
  });
