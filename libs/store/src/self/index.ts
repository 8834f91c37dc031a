export { createSelf } from './self.ts';
export type { Self, SelfOptions, Settings } from './self.ts';
