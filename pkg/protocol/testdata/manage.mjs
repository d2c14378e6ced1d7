// Starts a Go plugin as a host does, calls it, and stops it: manage.mjs pluginart.toml.
import assert from 'node:assert/strict';
import { PluginManager } from 'pluginart';

const manager = await PluginManager.fromConfig(process.argv[2]);
await manager.start();
assert.equal(manager.status().find(({ name }) => name === 'upper').runtime, 'pluginart-go/0.1.0');
assert.equal(String(await manager.call('upper', Buffer.from('hello'))), 'HELLO');
assert.equal(String(await manager.call('upper', Buffer.from('secrets'))), '');
await manager.shutdown();
console.log('all is well');
