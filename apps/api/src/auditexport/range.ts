/** Bytes `first` to `last`, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What a request asks of a file: all of it, a part, or a part that it does not have. */
export type Asked = { readonly kind: 'ALL' } | { readonly kind: 'PART'; readonly span: Span } | { readonly kind: 'NONE' };
const ALL = { kind: 'ALL' } as const;

/**
 * RFC 9110 §14.2: one range of bytes. Several at once, another unit or a text that is no range are as if nothing was asked: a server may ignore them, and a download
 * that goes on needs one. `If-Range` with another ETag (or a date, which these files have none of) means: all, if it is not the same file any more.
 */
export const askedSpan = (range: string | undefined, ifRange: string | undefined, { size, etag }: { readonly size: number; readonly etag: string }): Asked => {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '') || (ifRange !== undefined && ifRange !== etag)) return ALL;
  // `-n`: the last n bytes.
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return ALL;
  return first >= size || last < first ? { kind: 'NONE' } : { kind: 'PART', span: { first, last } };
};
