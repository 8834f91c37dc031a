import type { Decided } from '../audit/decision.ts';
import { notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at, fault, within } from '../core/check.ts';
import type { ApiKeyId, Directory, Ids, Instant, OrganisationId, Result, Role, Faults } from '../core/index.ts';
import { no, problem } from '../core/index.ts';
import type { ApiKey } from './model.ts';

export interface CreateApiKey {
  readonly name: string;
  readonly roles: readonly string[];
  readonly expiresAt: Instant;
  readonly allowedCidrs: readonly string[];
}
/** What the key's owner may know of it at creation; the key itself never comes here. */
export interface MadeKey {
  readonly prefix: string;
  /** Hex SHA-256 of the whole key. */
  readonly sha256: string;
}

export const MAX_APIKEY_DAYS = 366;
const MAX_CIDRS = 64;
const DAY_MS = 86_400_000;

/** `roles`: those of the creator; a key never has a right that its creator lacks. */
export const decideCreateApiKey = (
  input: CreateApiKey,
  seen: { readonly directory: Directory; readonly tenantId?: OrganisationId; readonly roles: readonly Role[]; readonly made: MadeKey },
  by: { readonly ids: Ids; readonly now: Instant },
): Decided<ApiKey> => {
  const found = [
    ...check.text(at('name'), input.name, 120),
    ...check.words(at('roles'), input.roles, seen.roles, 1),
    ...expiry(input.expiresAt, by.now),
    ...check.integer(at('allowedCidrs'), input.allowedCidrs.length, 0, MAX_CIDRS),
    ...input.allowedCidrs.flatMap((text, n) => cidr(within(at('allowedCidrs'), n), text)),
    ...check.distinct(at('allowedCidrs'), input.allowedCidrs),
  ];
  return unless(found, () => {
    const { name, expiresAt, allowedCidrs } = input;
    const next: ApiKey = {
      id: by.ids.next('apikey'), directory: seen.directory, ...(seen.tenantId === undefined ? {} : { tenantId: seen.tenantId }), name, ...seen.made,
      roles: seen.roles.filter(r => input.roles.includes(r)), expiresAt, allowedCidrs, generation: 1,
    };
    return {
      next, events: [event(next, 'created')],
      audit: [{ ...fact(next, 'iam.apikey.create'), change: [{ path: 'roles', to: next.roles.join(',') }, { path: 'expiresAt', to: expiresAt }], numbers: { allowedCidrs: allowedCidrs.length } }],
    };
  });
};

/** Refused: NOT_FOUND; WRONG_STATE when it is revoked already. */
export const decideRevokeApiKey = (
  id: ApiKeyId, seen: { readonly key: ApiKey | undefined }, by: { readonly now: Instant },
): Result<{ readonly next: ApiKey; readonly ifGeneration: number; readonly events: readonly ReturnType<typeof event>[]; readonly audit: readonly AuditFact[] }, Faults> => {
  const { key } = seen;
  if (key === undefined) return notFound('apikey', id, 'id');
  if (key.revokedAt !== undefined) return no([problem('WRONG_STATE', { noun: 'apikey', id, state: 'REVOKED', expected: ['ACTIVE'] }, { path: ['id'] })]);
  return unless([], () => {
    const next: ApiKey = { ...key, revokedAt: by.now, generation: key.generation + 1 };
    return { next, ifGeneration: key.generation, events: [event(next, 'revoked')], audit: [{ ...fact(next, 'iam.apikey.revoke'), change: [{ path: 'revokedAt', to: by.now }] }] };
  });
};

const expiry = (expiresAt: Instant, now: Instant): check.Found => {
  if (expiresAt <= now) return [fault('IN_THE_PAST', at('expiresAt'), { value: check.shown(expiresAt), now })];
  const days = Math.ceil((Date.parse(expiresAt) - Date.parse(now)) / DAY_MS);
  return days > MAX_APIKEY_DAYS ? [fault('ABOVE_MAXIMUM', at('expiresAt'), { value: `${String(days)} d`, limit: `${String(MAX_APIKEY_DAYS)} d` })] : [];
};

const OCTET = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}/(3[0-2]|[12]?\\d)$`);
const GROUP = '[0-9a-f]{1,4}';

/** Eight groups, or fewer with one `::` in their midst. The zone and the embedded IPv4 form are left out: nobody's block is written so. */
const isIpv6Block = (text: string): boolean => {
  const [address = '', bits = '', ...more] = text.toLowerCase().split('/');
  if (more.length > 0 || !/^(12[0-8]|1[01]\d|[1-9]?\d)$/.test(bits)) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')));
  const whole = halves.length === 1 ? groups.length === 8 : groups.length < 8;
  return whole && groups.every(g => new RegExp(`^${GROUP}$`).test(g));
};

const cidr = (place: check.Place, text: string): check.Found =>
  IPV4.test(text) || isIpv6Block(text) ? check.NONE : [fault('BAD_FORMAT', place, { value: check.shown(text), expected: '192.0.2.0/24, 2001:db8::/32' })];

const owner = (k: ApiKey) => (k.tenantId === undefined ? {} : { tenantId: k.tenantId });
const event = (k: ApiKey, verb: string) => ({ noun: 'apikey', objectId: k.id, verb, regionCode: '_', ...owner(k) });
const fact = (k: ApiKey, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', ...(k.tenantId === undefined ? {} : { tenant: k.tenantId }), target: { kind: 'apikey', id: k.id },
});
