/** What this runtime calls itself in handshakes. The release script keeps the version in step with package.json. */
export const runtimeName = 'pluginart-ts/0.1.0';
