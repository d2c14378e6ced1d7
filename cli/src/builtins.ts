/**
 * Node's own modules, taken without `import`: an import evaluates every lazy part of them (promises, web streams,
 * web crypto), which costs this command a tenth of its whole run.
 */
export const fs = process.getBuiltinModule('node:fs');
export const util = process.getBuiltinModule('node:util');
