import { fileURLToPath } from 'node:url';
import { folderObjects } from './folder.ts';
import type { Objects } from './model.ts';
import { s3Objects } from './s3.ts';

export { ObjectConflict, ObjectsUnavailable } from './model.ts';
export type { ByteRange, ObjectBody, Objects, Stored } from './model.ts';

/** The part of a process' configuration that says where objects are: `auditStorage` of `@cadastre/platform/config`. */
export interface ObjectsConfig {
  /** `file:///path` or `s3://bucket/prefix?endpoint=…&region=…`. */
  readonly auditStorage: string;
  readonly awsAccessKeyId?: string | undefined;
  readonly awsSecretAccessKey?: string | undefined;
  readonly awsSessionToken?: string | undefined;
}

/** Opens nothing yet: the first use does. */
export const openObjects = (config: ObjectsConfig): Objects => {
  const url = new URL(config.auditStorage);
  if (url.protocol === 'file:') return folderObjects(fileURLToPath(url));
  const { awsAccessKeyId, awsSecretAccessKey, awsSessionToken } = config;
  if (awsAccessKeyId === undefined || awsSecretAccessKey === undefined) throw new TypeError('an s3:// storage without AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  return s3Objects({
    endpoint: url.searchParams.get('endpoint') ?? '', region: url.searchParams.get('region') ?? 'us-east-1', bucket: url.hostname, prefix: url.pathname.slice(1),
    accessKeyId: awsAccessKeyId, secretAccessKey: awsSecretAccessKey, sessionToken: awsSessionToken,
  });
};
