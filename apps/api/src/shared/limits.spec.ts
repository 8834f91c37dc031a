import { describe, expect, it } from 'vitest';
import { createTokenBucket } from './limits.ts';
import { prefersResponseJson } from './over-http.ts';

const takes = (bucket: ReturnType<typeof createTokenBucket>, who: string, times: number, at: number): number => Array.from({ length: times }, () => bucket.take(who, at)).filter(Boolean).length;

describe('the bucket of requests', () => {
  it('lets a burst through, then the steady rate, exactly', () => {
    const bucket = createTokenBucket(10, 20);
    expect(takes(bucket, 'a', 100, 0)).toBe(20);
    expect(takes(bucket, 'a', 100, 100)).toBe(1);
    expect(takes(bucket, 'a', 100, 1_100)).toBe(10);
    expect(takes(bucket, 'a', 100, 1_000_000)).toBe(20);
  });
  it('goes on from where it is when the clock is put back', () => {
    const bucket = createTokenBucket(10, 20);
    expect([takes(bucket, 'a', 5, 200_000), takes(bucket, 'a', 100, 19_000), takes(bucket, 'a', 100, 20_000)]).toEqual([5, 15, 10]);
  });
  it('is one for each', () => {
    const bucket = createTokenBucket(1, 1);
    expect([bucket.take('a', 0), bucket.take('a', 0), bucket.take('b', 0)]).toEqual([true, false, true]);
  });
  it('does not punish who knocks in vain: an empty bucket fills while it is asked', () => {
    const bucket = createTokenBucket(10, 10);
    takes(bucket, 'a', 10, 0);
    const letIn = Array.from({ length: 1_000 }, (_, ms) => bucket.take('a', ms + 1)).filter(Boolean).length;
    expect(letIn).toBe(10);
  });
  it('forgets the oldest of more than 10,000: memory is bounded', () => {
    const bucket = createTokenBucket(1, 1);
    for (let i = 0; i <= 10_000; i += 1) bucket.take(`who-${String(i)}`, 0);
    expect([bucket.take('who-0', 0), bucket.take('who-9999', 0)]).toEqual([true, false]);
  });
});

describe('the media type of an answer', () => {
  it.each([
    [undefined, false], ['*/*', false], ['application/json', false], ['text/html', false], ['application/graphql-response+json;q=0', false], ['application/graphql-response+json;q=0.5, application/json', false],
    ['application/graphql-response+json', true], ['application/graphql-response+json; charset=utf-8', true], ['application/json;q=0.9, application/graphql-response+json', true],
    ['APPLICATION/GRAPHQL-RESPONSE+JSON, application/json', true],
  ])('Accept %j: the newer one %s', (accept, expected) => {
    expect(prefersResponseJson(accept)).toBe(expected);
  });
});
