import { sha256 } from '@cadastre/platform/digest';
import { base64, bindHash } from '@cadastre/tlog';

/** The tree's hashes by the SHA-256 of node:crypto, which is some times faster than JavaScript's. */
export const merkle = bindHash(sha256);

/** A leaf of the global log (docs/audit-bundle.md): that a log had this size and root. */
export const globalLeaf = (origin: string, size: number, root: Uint8Array): Buffer =>
  Buffer.from(`cadastre-global-leaf/v1\n${base64(sha256(Buffer.from(origin)))}\n${String(size)}\n${base64(root)}\n`);

const GLOBAL = /^cadastre-global-leaf\/v1\n([A-Za-z0-9+/]{43}=)\n(\d{1,16})\n([A-Za-z0-9+/]{43}=)\n$/;
/** What a global leaf says; `origin` is the SHA-256 of the log's, base64. Undefined for what is none. */
export const parseGlobalLeaf = (body: Uint8Array): { readonly origin: string; readonly size: number; readonly root: Uint8Array } | undefined => {
  const [, origin, size, root] = GLOBAL.exec(Buffer.from(body).toString('latin1')) ?? [];
  return origin === undefined || root === undefined ? undefined : { origin, size: Number(size), root: Buffer.from(root, 'base64') };
};
export const originDigest = (origin: string): string => base64(sha256(Buffer.from(origin)));
