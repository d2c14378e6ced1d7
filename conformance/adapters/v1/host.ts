#!/usr/bin/env node
/**
 * The strict version 1 host of peers/ as an adapter: it starts or dials the plugin, calls, and stops it, and does nothing
 * else that a manager does. See ../README.md.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type CallOptions, ErrorCode, PluginartError, PluginError } from 'pluginart';
import { type BytesNotation, parseBytes, reportBytes } from '../../src/notation/bytes.ts';
import { type Command, obeyCommands } from '../ts/commands.ts';
import { callBuilt, callTyped } from '../ts/typed-calls.ts';
import { type PluginEntry, V1Manager } from './v1-manager.ts';

const managers = new Map<string, V1Manager>();

await obeyCommands(async (command) => {
  const name = command.manager as string;
  if (command.do === 'load') {
    managers.set(name, new V1Manager((command.plugins as PluginEntry[])[0] as PluginEntry));
    return {};
  }
  const manager = managers.get(name);
  if (manager === undefined) throw new Error(`no manager ${name}`);
  switch (command.do) {
    case 'start':
      await manager.start();
      return {};
    case 'call':
      return inTime(command, callTyped(manager, command, optionsOf(command)));
    case 'build':
      return inTime(command, callBuilt(manager, command, optionsOf(command)));
    case 'raw':
      return inTime(
        command,
        manager
          .call(parseBytes(command.payload as BytesNotation))
          .then((payload) => ({ payload: reportBytes(payload) })),
      );
    case 'status':
      return { plugins: [manager.status()] };
    case 'shutdown':
      await manager.shutdown();
      return {};
    default:
      throw new PluginError(`a version 1 peer cannot ${command.do}`, { code: ErrorCode.UNIMPLEMENTED });
  }
});
await Promise.all([...managers.values()].map((one) => one.shutdown()));

function optionsOf(command: Command): CallOptions {
  return { timeoutMs: command.timeout_ms as number | undefined };
}

/** The peer's own clock: the call stays open on the connection, and its answer is thrown away (V1-C2). */
async function inTime(command: Command, call: Promise<object>): Promise<object> {
  if (command.timeout_ms === undefined) return call;
  const controller = new AbortController();
  const late = delay(command.timeout_ms as number, undefined, controller).then(() => {
    throw new PluginartError(ErrorCode.DEADLINE_EXCEEDED, 'the time for the call ran out');
  });
  call.catch(() => {});
  late.catch(() => {});
  return Promise.race([call, late]).finally(() => controller.abort());
}
