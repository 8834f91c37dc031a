export type { Page, PageRequest, Stored } from './table.ts';
