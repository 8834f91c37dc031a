import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Database, type Loaders } from './database.js';

export interface Context {
  readonly req: { readonly headers: { readonly authorization?: string } };
  readonly loaders: Loaders;
  tenantId: string;
}

const issuer = process.env['ISSUER'] ?? '';

@Injectable()
export class AuthGuard implements CanActivate {
  readonly #keys = createRemoteJWKSet(new URL(process.env['JWKS_URL'] ?? ''));

  constructor(private readonly database: Database) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const context = GqlExecutionContext.create(execution).getContext<Context>();
    const [type, token] = context.req.headers.authorization?.split(' ') ?? [];
    if (type !== 'Bearer' || token === undefined) throw new UnauthorizedException();
    try {
      const { payload } = await jwtVerify(token, this.#keys, { issuer, audience: process.env['AUDIENCE'] ?? '' });
      const tenantId = await this.database.tenantOf(String(payload['organisation']));
      if (tenantId === undefined) throw new UnauthorizedException();
      context.tenantId = tenantId;
      return true;
    } catch {
      throw new UnauthorizedException();
    }
  }
}
