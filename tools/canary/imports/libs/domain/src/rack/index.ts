export const rack = 1;
