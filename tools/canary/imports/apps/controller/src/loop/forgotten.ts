// refused: no-orphans
export const forgotten = 1;
