/** What the construct tells the functions with that the configuration has no consumers, and where they are. */
export const SCALE_VARIABLE = 'SCALE';
