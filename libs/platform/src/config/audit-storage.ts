import { z } from 'zod';
import { setting } from './setting.ts';

const PREFIX = /^(?:[A-Za-z0-9._-]+\/)*[A-Za-z0-9._-]*$/;

const storageUrl = z.string().refine(text => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.protocol === 'file:') return url.host === '' && url.pathname.length > 1 && url.search === '';
  if (url.protocol !== 's3:' || url.hostname === '' || !PREFIX.test(url.pathname.slice(1))) return false;
  const endpoint = url.searchParams.get('endpoint') ?? '';
  return URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol) && [...url.searchParams.keys()].every(k => k === 'endpoint' || k === 'region');
});

/** Where the sealed trail lives beside the database: what a process needs to open it with `openObjects` of `@cadastre/platform/objects`. */
export const auditStorage = {
  auditStorage: setting({
    key: 'CADASTRE_AUDIT_STORAGE',
    schema: storageUrl,
    about: 'Append-only storage of tiles, entry bundles, checkpoints and exports: a folder, or a bucket of an S3-compatible store with versioning or object lock switched on.',
    accepts: 'file:///path or s3://bucket/prefix?endpoint=https://…&region=…',
    remedy: 'name a place that does not share its fate with the database: another machine or another store.',
  }),
  awsAccessKeyId: setting({
    key: 'AWS_ACCESS_KEY_ID',
    schema: z.string().min(1).max(200).optional(),
    about: 'Access key of the S3-compatible store; needed when CADASTRE_AUDIT_STORAGE is s3://.',
    accepts: 'a text of at most 200 characters',
    remedy: 'take it from the store, with the rights to put, get and list objects under the prefix, and none to delete.',
  }),
  awsSecretAccessKey: setting({
    key: 'AWS_SECRET_ACCESS_KEY',
    schema: z.string().min(1).max(200).optional(),
    about: 'Secret that belongs to AWS_ACCESS_KEY_ID.',
    accepts: 'a text of at most 200 characters',
    remedy: 'take it from the store together with the access key.',
    secret: 'all',
  }),
  awsSessionToken: setting({
    key: 'AWS_SESSION_TOKEN',
    schema: z.string().min(1).max(4_096).optional(),
    about: 'Session token, where the store hands out credentials for a time.',
    accepts: 'a text of at most 4096 characters',
    remedy: 'leave it unset for credentials that last.',
    secret: 'all',
  }),
} as const;

/** The same for a door, which only reads finished exports there; without it nothing can be downloaded from it. */
export const exportStorage = {
  ...auditStorage,
  auditStorage: setting({
    key: 'CADASTRE_AUDIT_STORAGE',
    schema: storageUrl.optional(),
    about: "The audit storage, from which a door hands finished exports to those who asked for them; it reads `exports/` and nothing else. Without it, downloads are answered 503.",
    accepts: 'file:///path or s3://bucket/prefix?endpoint=https://…&region=…',
    remedy: "give it the notary's place, with credentials that may read only.",
  }),
} as const;

/** An `s3://` storage without credentials cannot be opened: said at start-up, not at the first object. */
export const storageHasCredentials = (c: { readonly auditStorage?: string | undefined; readonly awsAccessKeyId?: string | undefined; readonly awsSecretAccessKey?: string | undefined }) => {
  if (c.auditStorage?.startsWith('s3:') !== true) return [];
  const because = 'an s3:// storage needs it: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  return [
    ...(c.awsAccessKeyId === undefined ? [{ field: 'awsAccessKeyId', because } as const] : []),
    ...(c.awsSecretAccessKey === undefined ? [{ field: 'awsSecretAccessKey', because } as const] : []),
  ];
};
