import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { inSpan } from '../otel/index.ts';
import { createLogger } from './index.ts';

const capture = () => {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, next) => {
      lines.push(chunk.toString());
      next();
    },
  });
  return { log: createLogger({ process: 'door', version: '1.2.3', level: 'debug', destination }), lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
};

describe('the log', () => {
  it('writes one JSON object a line, with who, when and which version', () => {
    const { log, lines, last } = capture();
    log.warn({ region: 'fr-valence' }, 'no lease');
    expect(lines.at(-1)).toMatch(/^\{.*\}\n$/);
    expect(last()).toMatchObject({ level: 'warn', process: 'door', version: '1.2.3', region: 'fr-valence', msg: 'no lease' });
    expect(new Date(String(last()['time'])).toISOString()).toBe(last()['time']);
  });

  it('names the active trace, and only inside one', () => {
    const { log, last } = capture();
    log.info('outside');
    expect(last()).not.toHaveProperty('trace_id');
    inSpan('work', {}, span => {
      log.info('inside');
      expect(last()).toMatchObject({ trace_id: span.spanContext().traceId, span_id: span.spanContext().spanId });
    });
  });

  it.each([
    ['at the top', { token: 'hunter2' }],
    ['one level down', { headers: { authorization: 'Bearer hunter2' } }],
    ['two levels down', { request: { body: { kubeconfig: 'hunter2' } } }],
    ['in an error', { err: Object.assign(new Error('no'), { password: 'hunter2' }) }],
    ['in the configuration', { config: { databaseUrl: 'postgres://a:hunter2@b/c' } }],
  ])('hides a secret %s', (_case, fields) => {
    const { log, lines } = capture();
    log.error(fields, 'trouble');
    expect(lines.at(-1)).toContain('[redacted]');
    expect(lines.at(-1)).not.toContain('hunter2');
  });
});
