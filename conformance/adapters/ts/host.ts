#!/usr/bin/env node
/** The host adapter of the TypeScript runtime: see ../README.md. */
import { type CallOptions, PluginManager } from 'pluginart';
import { type BytesNotation, parseBytes, reportBytes } from '../../src/notation/bytes.ts';
import { type Command, obeyCommands, print } from './commands.ts';
import { callBuilt, callTyped } from './typed-calls.ts';

const managers = new Map<string, PluginManager>();
const calls = new Map<number, AbortController>();

await obeyCommands(async (command) => {
  switch (command.do) {
    case 'load':
      managers.set(managerName(command), await load(command));
      return {};
    case 'start':
      await manager(command).start();
      return {};
    case 'call':
      return inTime(command, (options) => callTyped(manager(command), command, options));
    case 'build':
      return inTime(command, (options) => callBuilt(manager(command), command, options));
    case 'raw':
      return inTime(command, async (options) => {
        const payload = parseBytes(command.payload as BytesNotation);
        return {
          payload: reportBytes(await manager(command).call(command.plugin as string, payload, options)),
        };
      });
    case 'cancel':
      calls.get(command.call as number)?.abort();
      return {};
    case 'status':
      return { plugins: manager(command).status().map(describeStatus) };
    case 'restart':
      await manager(command).restart(command.plugin as string);
      return {};
    case 'shutdown':
      await manager(command).shutdown();
      return {};
    default:
      throw new Error(`no command ${command.do}`);
  }
});
await Promise.all([...managers.values()].map((one) => one.shutdown()));

function managerName(command: Command): string {
  return command.manager as string;
}

function manager(command: Command): PluginManager {
  const found = managers.get(managerName(command));
  if (found === undefined) throw new Error(`no manager ${managerName(command)}`);
  return found;
}

async function load(command: Command): Promise<PluginManager> {
  const made = await PluginManager.fromConfig(command.config as string, { logger: false });
  const name = managerName(command);
  made.on('log', ({ plugin, source, level, message, fields }) =>
    print({ event: 'log', manager: name, plugin, source, level, message, fields }),
  );
  made.on('state', ({ plugin, from, to }) => print({ event: 'state', manager: name, plugin, from, to }));
  made.on('restart', ({ plugin, attempt }) => print({ event: 'restart', manager: name, plugin, attempt }));
  made.on('unresponsive', ({ plugin }) => print({ event: 'unresponsive', manager: name, plugin }));
  made.on('stuck', ({ plugin }) => print({ event: 'stuck', manager: name, plugin }));
  return made;
}

async function inTime(command: Command, call: (options: CallOptions) => Promise<object>): Promise<object> {
  const controller = new AbortController();
  calls.set(command.id, controller);
  try {
    return await call({
      signal: controller.signal,
      timeoutMs: command.timeout_ms as number | undefined,
    });
  } finally {
    calls.delete(command.id);
  }
}

function describeStatus(status: ReturnType<PluginManager['status']>[number]): object {
  const { name, state, pid, protocol, restarts, failures, openCalls, waitingCalls } = status;
  return {
    name,
    state,
    pid,
    protocol,
    restarts,
    failures,
    open_calls: openCalls,
    waiting_calls: waitingCalls,
  };
}
