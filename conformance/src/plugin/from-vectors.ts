import type { Exchange } from '../../../protocol/vectors/generate/exchange.ts';
import { V1, V2 } from '../../../protocol/vectors/generate/frames.ts';
import { bytesOf, readExchanges } from '../../peers/vectors.ts';
import type { ExpectedFrame, PluginCase, PluginStep } from '../suite/suite.ts';
import { codeName } from '../wire/code-name.ts';

const typeNames = new Map<number, string>(
  Object.entries({ ...V1, ...V2 }).map(([name, type]) => [type, name]),
);

/**
 * The exchanges of protocol/vectors towards a plugin that serves some contract of its own. Their calls carry what is no
 * request of it, so any terminal answers them; those that need a certain handler or other limits are left out.
 */
export function casesFromExchanges(): PluginCase[] {
  return readExchanges('plugin')
    .filter(({ handler = 'echo', receives }) => handler === 'echo' && receives === undefined)
    .map((exchange) => ({
      name: `vectors: ${exchange.rule}, ${exchange.name}`,
      rules: [exchange.rule],
      steps: [
        { connect: true },
        { handshake: { outcome: 'v2' } },
        { send: [{ hex: bytesOf(exchange.bytes).toString('hex') }] },
        end(exchange),
      ],
    }));
}

function end({ goaway, replies = [] }: Exchange): PluginStep {
  if (goaway !== undefined) return { goaway: codeName(goaway) };
  return {
    frames: replies.map(({ types, stream, arg }): ExpectedFrame => {
      const isCall = types.includes(V2.RESPONSE) || types.includes(V2.DESCRIPTION);
      const names = [...types, ...(isCall ? [V2.ERROR] : [])].map((type) => typeNames.get(type) as string);
      return { types: names, stream, ...(arg !== undefined && { arg }) };
    }),
  };
}
