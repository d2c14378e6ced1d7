/**
 * Writes the vector files beside it: `node protocol/vectors/generate.ts`. Their bytes come from the official
 * FlatBuffers Builder and from hand-laid frames, never from a runtime of ours.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { controlMessages } from './generate/control-message-vectors.ts';
import { credit } from './generate/credit-vectors.ts';
import { malformedFrames, v1Frames, v2Frames } from './generate/frame-vectors.ts';
import { hostHandshakes } from './generate/host-handshake-vectors.ts';
import { v2Messages } from './generate/message-vectors.ts';
import { pluginHandshakes } from './generate/plugin-handshake-vectors.ts';
import { proofs } from './generate/proof-vectors.ts';
import { v2Streams } from './generate/stream-vectors.ts';

const files: Readonly<Record<string, unknown>> = {
  'control-messages.json': controlMessages,
  'credit.json': credit,
  'handshakes.json': {
    about:
      'Handshakes as each side sees them. The nonce of the hosts that prove themselves is fixed here, and random in life.',
    plugins: pluginHandshakes,
    hosts: hostHandshakes,
  },
  'malformed-frames.json': malformedFrames,
  'proofs.json': proofs,
  'v1-frames.json': v1Frames,
  'v2-frames.json': v2Frames,
  'v2-messages.json': v2Messages,
  'v2-streams.json': v2Streams,
};

const stale: string[] = [];
for (const [name, content] of Object.entries(files)) {
  const path = new URL(name, import.meta.url);
  const json = `${JSON.stringify(content, undefined, 1)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(path, json);
  else if (readFileSync(path, 'utf8') !== json) stale.push(name);
}
if (stale.length > 0) {
  console.error(`Not current: ${stale.join(', ')}. Run: node protocol/vectors/generate.ts`);
  process.exitCode = 1;
}
