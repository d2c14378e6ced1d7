/** Payloads that the plugin of the suite takes as orders; all others it sends back. No echo is as short. */
export const startOrder = Buffer.from('start');
export const stopOrder = Buffer.from('stop');

/** Raw calls have no schema; both sides have to name the same contract all the same. */
export const contractHash = `sha256:${'0'.repeat(64)}`;
