import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { metrics } from './metrics.ts';

/** The process' own vital signs, in the names of the semantic conventions for processes and for Node. */
export const watchProcess = (): { stop(): void } => {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let before = performance.eventLoopUtilization();
  const gauges = [
    metrics.gauge('process.memory.usage', { description: 'Resident memory of the process.', unit: 'By' }, () => process.memoryUsage.rss()),
    metrics.gauge('v8js.memory.heap.used', { description: 'Heap in use.', unit: 'By' }, () => process.memoryUsage().heapUsed),
    metrics.gauge('process.cpu.time', { description: 'CPU seconds since start.', unit: 's' }, () => {
      const { user, system } = process.cpuUsage();
      return [
        { value: user / 1e6, attributes: { 'cpu.mode': 'user' } },
        { value: system / 1e6, attributes: { 'cpu.mode': 'system' } },
      ];
    }),
    metrics.gauge('nodejs.eventloop.delay.p99', { description: 'Delay of the event loop, 99th percentile since the last reading.', unit: 's' }, () => {
      const p99 = delay.percentile(99) / 1e9;
      delay.reset();
      return p99;
    }),
    metrics.gauge('nodejs.eventloop.utilization', { description: 'Share of time the event loop was busy since the last reading.', unit: '1' }, () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      return utilization;
    }),
  ];
  return {
    stop: () => {
      delay.disable();
      for (const gauge of gauges) gauge.remove();
    },
  };
};
