// A plugin on the TypeScript runtime, read from its sources: it needs no build.
import { serve } from '../../../runtimes/typescript/src/index.ts';

await serve(
  async (payload) => {
    if (payload.toString() === 'crash') process.stderr.write('told to crash\n', () => process.exit(7));
    if (payload.toString() === 'crash' || payload.toString() === 'hang') await new Promise(() => {});
    return payload;
  },
  { contractHash: process.env.CONTRACT_HASH },
);
