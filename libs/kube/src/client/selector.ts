import type { LabelSelector } from './kinds.ts';

/** The selector in the query syntax of the API (`a=b,c in (d,e),f,!g`), keys sorted so that equal selectors are equal strings. */
export const renderSelector = (selector: LabelSelector): string =>
  Object.keys(selector).sort().map(key => {
    const want = selector[key];
    if (want === true) return key;
    if (want === false || want === undefined) return `!${key}`;
    return typeof want === 'string' ? `${key}=${want}` : `${key} in (${want.join(',')})`;
  }).join(',');

/** Whether labels satisfy the selector. The server decides the same for a real cluster; the conformance suite holds the two together. */
export const matches = (selector: LabelSelector | undefined, labels: Readonly<Record<string, string>> | undefined): boolean =>
  selector === undefined || Object.entries(selector).every(([key, want]) => {
    const have = labels?.[key];
    if (typeof want === 'boolean') return want === (have !== undefined);
    return have !== undefined && (typeof want === 'string' ? have === want : want.includes(have));
  });
