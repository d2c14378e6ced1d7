import { join } from 'node:path';
import { ErrorCode, PluginartError, PluginManager } from 'pluginart';
import { claim, heading, quote, say } from '../narration.js';
import { CONTRACT_HASH as echoContract } from '../plugins/echo/contract.js';
import { CONTRACT_HASH as repeatContract } from '../plugins/repeat/contract.js';
import { demoFolder } from '../stage.js';

export async function wrongContract(): Promise<void> {
  heading('A wrong contract is refused before the first call');
  say(
    'In examples/demo/wrong-contract.toml somebody copied the schema of "repeat" into the entry of "echo":',
  );
  const manager = await PluginManager.fromConfig(join(demoFolder, 'wrong-contract.toml'), { logger: false });
  const error: unknown = await manager.start().then(
    () => manager.shutdown(),
    (reason) => reason,
  );
  claim(error instanceof PluginartError, 'a wrong contract is refused');
  quote(`${error.name}: ${error.message}`);
  claim(error.code === ErrorCode.CONTRACT_MISMATCH, 'a wrong contract is told from other failures');
  claim(
    [echoContract, repeatContract].every((hash) => error.message.includes(hash)),
    'the error names both contracts',
  );
}
