/** Tables within tables, the root being the first. Deeper messages are neither written nor read. */
export const MAX_DEPTH = 64;
