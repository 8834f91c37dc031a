export { MAX_ENTRY_BYTES, encodeBundle, parseBundle } from './bundle.ts';
export type { Edge, WrittenTile } from './growth.ts';
export { EMPTY_EDGE, bundlesBetween, bundlesOfGrowth, edgeOf, growTiles, partialTiles, tilesOfGrowth } from './growth.ts';
export { fromTiles, tilesOfPlan } from './proof.ts';
export type { Tile } from './tile.ts';
export { TILE_WIDTH, encodeTile, formatTilePath, parseTile, parseTilePath } from './tile.ts';
