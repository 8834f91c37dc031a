import type { Machine } from './machine.ts';
import type { Measured, Spread } from './rounds.ts';
import { spread } from './rounds.ts';
import { timedSummary, type Timed } from './timing.ts';

export interface Figure extends Spread {
  /** `<benchmark>/<what>`. */
  readonly name: string;
  /** What is divided by what. */
  readonly of: string;
  /** Present where the figure is a mean of all rounds, because what it is compared with was published as one. */
  readonly mean?: number;
}

export interface Skipped { readonly figure: string; readonly because: string }

export interface Report {
  readonly benchmark: string;
  readonly machine: Machine;
  readonly rounds: number;
  /** Versions and settings that the figures depend on. */
  readonly setting: Readonly<Record<string, string>>;
  readonly measured: readonly Measured[];
  /** Of benchmarks inside one process. */
  readonly timed?: readonly Timed[];
  readonly figures: readonly Figure[];
  readonly skipped: readonly Skipped[];
}

const short = (n: number): string => {
  if (!Number.isFinite(n)) return '–';
  return n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toPrecision(3);
};

export const lineOf = (m: Measured): string => {
  const parts = Object.entries(m.cpuMicros).filter(([, micros]) => micros > 0).map(([name, micros]) => `${name} ${short(micros)}`);
  const latency = m.p99Ms === undefined ? '' : `  p50 ${short(m.p50Ms ?? Number.NaN)} ms, p99 ${short(m.p99Ms)} ms`;
  return `round ${m.round}  ${m.side.padEnd(22)} ${short(m.perSecond).padStart(7)}/s  CPU-µs each: ${[...parts, `postgres ${short(m.databaseCpuMicros)}`].join(', ')}${latency}`;
};

const summaryOf = (all: readonly Measured[], side: string): string => {
  const own = all.filter((m) => m.side === side);
  const range = (value: (m: Measured) => number): string => {
    const s = spread(own.map(value));
    return `${short(s.median)} (${short(s.min)}–${short(s.max)})`;
  };
  return `${side.padEnd(22)} ${range((m) => m.perSecond)}/s; CPU-µs each: servers ${range((m) => m.serverCpuMicros)}, postgres ${range((m) => m.databaseCpuMicros)}`;
};

const figureLines = (f: Figure): readonly string[] =>
  f.mean === undefined
    ? [`  ${f.of}: median ${short(f.median)}, ${short(f.min)}–${short(f.max)}`, `figure: ${f.name} ${short(f.median)}`]
    : [`  ${f.of}: mean ${f.mean.toFixed(2)}, ${f.min.toFixed(2)}–${f.max.toFixed(2)}`, `figure: ${f.name} ${f.mean.toFixed(2)}`];

/** For people; the `figure:` lines are for programs too. */
export const textOf = (report: Report): string => {
  const { machine } = report;
  return [
    '',
    `machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}, Node ${machine.node}, load before ${machine.load1.toFixed(2)}`,
    ...Object.entries(report.setting).map(([name, value]) => `${name}: ${value}`),
    report.measured.length === 0 ? `rounds: ${report.rounds}` : `rounds: ${report.rounds}, sides in turn; median (min–max)`,
    ...[...new Set(report.measured.map((m) => m.side))].map((side) => summaryOf(report.measured, side)),
    ...timedSummary(report.timed ?? []),
    ...report.figures.flatMap((f) => figureLines(f)),
    ...report.skipped.map((s) => `skipped: ${s.figure}: ${s.because}`),
    '',
  ].join('\n');
};
