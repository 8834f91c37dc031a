export * from './model.ts';
export * from './calendar.ts';
export * from './decide.ts';
