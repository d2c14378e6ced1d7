import type { Contract } from '../../../model.ts';
import { contractNames } from '../names.ts';

/** `plugin.ts`: the entry point, which serves the handler. */
export function pluginFile(contract: Contract, plumbing: string): string {
  const { service, serviceFile } = contractNames(contract);
  return `import { serve } from 'pluginart';
import { handler } from './handler.js';
import { ${service} } from './${plumbing}/${serviceFile}.js';

await serve(${service}(handler));
`;
}
