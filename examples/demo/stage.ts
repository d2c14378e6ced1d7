import { fileURLToPath } from 'node:url';
import type { PluginManager } from 'pluginart';
import type { MarkdownFile } from './markdown-files.js';
import type { RemotePlugin } from './operator.js';
import type { EchoClient } from './plugins/echo/echo_client.js';
import type { OutlineClient } from './plugins/outline/outline_client.js';
import type { RepeatClient } from './plugins/repeat/repeat_client.js';

/** What the steps of the demo play with. */
export interface Stage {
  readonly manager: PluginManager;
  readonly echo: EchoClient;
  readonly outline: OutlineClient;
  readonly repeat: RepeatClient;
  /** The one plugin that the host did not start. */
  readonly remote: RemotePlugin;
  readonly files: readonly MarkdownFile[];
}

/** This folder's sources, as seen from the built code in `dist/`. */
export const demoFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
export const examplesFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
