import { describe, expect, it } from 'vitest';
import { askedSpan } from './range.ts';

const file = { size: 100, etag: '"abc"' };

describe('askedSpan()', () => {
  it.each([
    { range: undefined, is: 'ALL' },
    { range: 'bytes=0-', is: '0-99' },
    { range: 'bytes=10-19', is: '10-19' },
    { range: 'bytes=10-1000', is: '10-99' },
    { range: 'bytes=-10', is: '90-99' },
    { range: 'bytes=-1000', is: '0-99' },
    { range: 'bytes=99-', is: '99-99' },
    { range: 'bytes=100-', is: 'NONE' },
    { range: 'bytes=-0', is: 'NONE' },
    { range: 'bytes=20-10', is: 'ALL' },
    { range: 'bytes=-', is: 'ALL' },
    { range: 'bytes=0-1,5-6', is: 'ALL' },
    { range: 'lines=0-1', is: 'ALL' },
    { range: 'bytes=0-99999999999999999999', is: 'ALL' },
    { range: 'bytes=1-2', ifRange: '"abc"', is: '1-2' },
    { range: 'bytes=1-2', ifRange: '"abd"', is: 'ALL' },
    { range: 'bytes=1-2', ifRange: 'Fri, 27 Nov 2026 00:00:00 GMT', is: 'ALL' },
  ])('$range if $ifRange: $is', ({ range, ifRange, is }) => {
    const asked = askedSpan(range, ifRange, file);
    expect(asked.kind === 'PART' ? `${String(asked.span.first)}-${String(asked.span.last)}` : asked.kind).toBe(is);
  });
});
