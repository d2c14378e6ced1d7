import type { Contestant } from '../contestant.ts';
import { openRaw } from '../open-raw.ts';

export const contestant: Contestant = { open: () => openRaw({ onlyVersion1: false }) };
