/** Raw calls have no schema; both sides have to name the same contract all the same. */
export const contractHash = `sha256:${'0'.repeat(64)}`;

/** As many as there are callers at most. With the default of 256 the rest would wait in the host. */
export const maxConcurrentCalls = 1_024;
