/** setTimeout takes no more milliseconds; beyond them it fires at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;
