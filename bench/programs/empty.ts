/** What any function takes that does nothing. */
export const handler = async (): Promise<{ readonly consumers: readonly unknown[] }> => ({ consumers: [] });
