/** Does all of them, at most `width` at a time; the first that fails is what is thrown, after the ones under way have ended. */
export const sideBySide = async <T>(items: readonly T[], width: number, act: (item: T) => Promise<unknown>): Promise<void> => {
  const rest = items[Symbol.iterator]();
  let failed: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (const item of { [Symbol.iterator]: () => rest }) {
      if (failed !== undefined) return;
      try {
        await act(item);
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  if (failed !== undefined) throw failed.error;
};
