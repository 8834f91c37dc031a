import type { AlarmKind, Finding } from '@cadastre/domain/alarm';
import { sayAlarms } from './execute.ts';
import type { MonitorInstruments } from './instruments.ts';
import type { Followers } from './observe.ts';
import { observeConditions, observeRows, observeTrees } from './observe.ts';
import type { Area, Standing } from './standing.ts';
import { AREAS } from './standing.ts';
import type { MonitorState, StateFile } from './state.ts';
import { draftOf } from './state.ts';
import type { MonitorTools } from './tools.ts';

export interface Cadence {
  /** Between two looks. */
  readonly everyMs: number;
  /** At least between the beginnings of two comparisons of rows: they are the load that the database feels. */
  readonly rowsEveryMs: number;
  /** Age of the last whole look at an area from which it is an alarm. */
  readonly unverifiedSeconds: number;
}

export interface Pass {
  readonly findings: readonly Finding[];
  readonly failed: readonly Area[];
}

export interface Monitor {
  readonly standing: Standing;
  /** One look at everything that is due. Throws when the alarms cannot be written: then nothing of it counts as seen. */
  pass(signal: AbortSignal): Promise<Pass>;
  /** Ends when the signal aborts; throws nothing. */
  run(signal: AbortSignal): Promise<void>;
}

export interface MonitorParts {
  readonly tools: MonitorTools;
  readonly file: StateFile;
  readonly cadence: Cadence;
  readonly instruments: MonitorInstruments;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

interface Look {
  readonly draft: MonitorState;
  readonly findings: Finding[];
  readonly examined: Set<AlarmKind>;
  readonly failed: Area[];
}
type Parts = Omit<MonitorParts, 'file' | 'pause'> & { readonly standing: Standing; readonly now: () => number };

const look = async ({ tools, instruments, standing, now }: Parts, into: Look, area: Area, act: () => Promise<void>): Promise<void> => {
  const from = performance.now();
  try {
    await act();
    standing.seenAt.set(area, now());
  } catch (error) {
    into.failed.push(area);
    standing.trouble = `${area}: ${error instanceof Error ? error.message : String(error)}`;
    tools.log.warn({ err: error, area }, 'a part of the pass failed; it is looked at again');
  }
  instruments.looked(area, (performance.now() - from) / 1_000);
};

const compareRows = async ({ tools, instruments, standing, now }: Parts, into: Look, followers: Followers, signal: AbortSignal): Promise<void> => {
  const before = standing.rowsAt;
  standing.rowsAt = now();
  const { findings, plan, leaves, total } = await observeRows(tools, followers, into.draft.rolling, signal);
  if (signal.aborted) return;
  into.findings.push(...findings);
  into.draft.rolling = plan.next;
  // All at once: the time of one pass. In turn: about as many passes as it takes to give each leaf its turn.
  const period = Math.max(now() - standing.rowsAt, before === 0 ? 0 : standing.rowsAt - before) / 1_000;
  standing.cycleSeconds = plan.because === 'ALL' ? period : period * Math.ceil(total / Math.max(1, leaves / 2));
  instruments.compared(leaves);
};

const unverified = ({ tools, cadence, standing, now }: Parts): readonly Finding[] => [...standing.seenAt].flatMap(([area, at]): readonly Finding[] => {
  const age = Math.floor((now() - at) / 1_000);
  return age <= cadence.unverifiedSeconds ? [] : [{ kind: 'UNVERIFIED', origin: tools.operator, place: area, detail: { age, limit: cadence.unverifiedSeconds } }];
});

const observe = async (parts: Parts, state: MonitorState, signal: AbortSignal): Promise<Look> => {
  const { tools, cadence, standing, now } = parts;
  const into: Look = { draft: draftOf(state), findings: [], examined: new Set<AlarmKind>(['UNVERIFIED']), failed: [] };
  await look(parts, into, 'conditions', async () => {
    const seen = await observeConditions(tools);
    into.findings.push(...seen.findings);
    for (const kind of seen.examined) into.examined.add(kind);
  });
  const moved = draftOf(state);
  const trees: { seen?: Followers } = {};
  await look(parts, into, 'trees', async () => {
    trees.seen = await observeTrees(tools, moved);
    into.findings.push(...trees.seen.findings);
  });
  const { seen } = trees;
  // A look at the trees that broke off has half of its memory moved: nothing of it is kept.
  const kept: Look = { ...into, draft: seen === undefined ? into.draft : moved };
  if (seen !== undefined && now() - standing.rowsAt >= cadence.rowsEveryMs) await look(parts, kept, 'rows', () => compareRows(parts, kept, seen, signal));
  kept.findings.push(...unverified(parts));
  return kept;
};

export const createMonitor = ({ tools, file, cadence, instruments, pause }: MonitorParts): Monitor => {
  const now = (): number => Date.parse(tools.clock.now());
  const began = now();
  const standing: Standing = { seenAt: new Map(AREAS.map(area => [area, began])), trouble: undefined, untold: 0, rowsAt: 0, cycleSeconds: 0 };
  let { state } = file;

  const pass = async (signal: AbortSignal): Promise<Pass> => {
    standing.trouble = undefined;
    const { draft, findings, examined, failed } = await observe({ tools, cadence, instruments, standing, now }, state, signal);
    const written = await sayAlarms(tools, findings, alarm => examined.has(alarm.kind));
    standing.untold += written.untold;
    instruments.said(written);
    // Alarms first: killed in between, the same is found again and is one alarm.
    await file.write(draft);
    state = draft;
    return { findings, failed };
  };

  return {
    standing, pass,
    run: async signal => {
      while (!signal.aborted) {
        try {
          await pass(signal);
        } catch (error) {
          standing.trouble = error instanceof Error ? error.message : String(error);
          instruments.trouble();
          tools.log.error({ err: error }, 'what was found could not be written; it is looked for again');
        }
        await pause(cadence.everyMs, signal);
      }
    },
  };
};
