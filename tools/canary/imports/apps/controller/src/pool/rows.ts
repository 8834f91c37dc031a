// refused: rows-never-leave-the-store
import { rows } from '../../../../libs/store/src/generated/client.ts';
export const leaked = rows;
