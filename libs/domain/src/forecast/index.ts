export * from './model.ts';
export { deliver, treeOf } from './deliver.ts';
export type { Delivered } from './deliver.ts';
export { cooledW, itWatts, roomOf } from './room.ts';
export { capacityForecast, phaseAt, wantedShapes } from './forecast.ts';
