export * from './model.ts';
export * from './state.ts';
export * from './protocol.ts';
export * from './decide.ts';
