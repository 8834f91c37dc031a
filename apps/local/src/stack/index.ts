export type { RunFile, StackOptions } from './options.ts';
export { anyPorts, portsFrom, type Ports } from './ports.ts';
export { startStack, type Stack } from './stack.ts';
