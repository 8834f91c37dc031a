import type { IdKind, Instant, ProblemCode } from '../core/index.ts';

export const OPERATION_STATES = ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type OperationState = (typeof OPERATION_STATES)[number];
export const isEnded = (state: OperationState): boolean => state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';

export interface OperationStep {
  /** SCREAMING_SNAKE word of the kind of work. */
  readonly name: string;
  /** SKIPPED: the work ended before it came to this step. */
  readonly state: 'PENDING' | 'RUNNING' | 'DONE' | 'FAILED' | 'SKIPPED';
}

/** Long work, as shown to whoever asked for it: the same shape whatever the work is. */
export interface Operation {
  /** That of the object that the work makes. */
  readonly id: string;
  readonly kind: IdKind;
  readonly state: OperationState;
  readonly steps: readonly OperationStep[];
  /** Thousandths of the whole, 0 to 1000; 1000 exactly when it succeeded. */
  readonly progressMilli: number;
  readonly cancellable: boolean;
  /** Why it cannot be cancelled; absent when it can. */
  readonly notCancellable?: 'ENDED';
  /** Why it failed; absent unless it did. */
  readonly failure?: ProblemCode;
  readonly createdAt: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
}

/** What is stored of long work; the rest follows. */
export interface Work<Step extends string> {
  readonly id: string;
  readonly state: OperationState;
  /** The step it is at, or was at when it ended. */
  readonly step: Step;
  readonly progressMilli: number;
  readonly failure?: ProblemCode;
  readonly createdAt: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
}

const stepState = (state: OperationState, n: number, at: number): OperationStep['state'] => {
  if (state === 'SUCCEEDED' || (state !== 'PENDING' && n < at)) return 'DONE';
  if (n > at || state === 'PENDING') return isEnded(state) ? 'SKIPPED' : 'PENDING';
  switch (state) {
    case 'RUNNING': return 'RUNNING';
    case 'FAILED': return 'FAILED';
    case 'CANCELLED': return 'SKIPPED';
  }
};

export const operationOf = <Step extends string>(kind: IdKind, work: Work<Step>, steps: readonly Step[]): Operation => {
  const { id, state, step, progressMilli, failure, createdAt, startedAt, endedAt } = work;
  const at = steps.indexOf(step);
  return {
    id, kind, state, steps: steps.map((name, n) => ({ name, state: stepState(state, n, at) })), progressMilli: state === 'SUCCEEDED' ? 1_000 : Math.min(progressMilli, 999), createdAt,
    ...(isEnded(state) ? { cancellable: false, notCancellable: 'ENDED' as const } : { cancellable: true }),
    ...(failure === undefined ? {} : { failure }), ...(startedAt === undefined ? {} : { startedAt }), ...(endedAt === undefined ? {} : { endedAt }),
  };
};
