import { currentTraceparent, inSpan } from '@cadastre/platform/otel';
import type { Tracing } from './reconciler.ts';

const traceOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];

/**
 * A look belongs to the trace of the order whose object it looks at, whoever woke it. When a watch or the timer did, the run has a
 * trace of its own: the look then continues the order's and links to the run, so that both can be found from each other.
 */
export const otelTracing: Tracing = {
  look: (noun, key, parent, run) => {
    const here = currentTraceparent();
    const attributes = { 'cadastre.noun': noun, 'cadastre.key': key };
    if (parent === undefined || traceOf(parent) === traceOf(here)) return inSpan(`${noun} look`, { attributes }, run);
    return inSpan(`${noun} look`, { kind: 'consumer', parent, links: here === undefined ? [] : [here], attributes }, run);
  },
  step: (noun, what, run) => inSpan(`${noun} ${what}`, { kind: what === 'commit' ? 'internal' : 'client' }, run),
};
