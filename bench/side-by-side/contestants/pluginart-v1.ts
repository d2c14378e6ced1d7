import type { Contestant } from '../contestant.ts';
import { openRaw } from '../open-raw.ts';

/** What peers of the first protocol version get: one call at a time. */
export const contestant: Contestant = { open: () => openRaw({ onlyVersion1: true }) };
