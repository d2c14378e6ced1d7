import { didYouMean } from '../diagnostics/nearest.ts';
import type { ValueNode } from '../syntax/tree.ts';
import type { Context } from './context.ts';
import { parseFloatingPoint } from './numbers.ts';

const functions: ReadonlyMap<string, (x: number) => number> = new Map([
  ['deg', (x) => (x / Math.PI) * 180],
  ['rad', (x) => (x * Math.PI) / 180],
  ['sin', Math.sin],
  ['cos', Math.cos],
  ['tan', Math.tan],
  ['asin', Math.asin],
  ['acos', Math.acos],
  ['atan', Math.atan],
]);

/** The value of `sin(rad(180))`; undefined where it has none, which has been reported. */
export function callFunctions(
  node: Extract<ValueNode, { kind: 'call' }>,
  { reporter }: Context,
): number | undefined {
  let value = parseFloatingPoint(node.argument.text);
  if (value === undefined) {
    reporter.error(node.argument.span, `\`${node.argument.text}\` is no floating-point number`);
    return undefined;
  }
  for (const { text, span } of node.functions.toReversed()) {
    const apply = functions.get(text);
    if (apply === undefined) {
      const hint = didYouMean(text, functions.keys()) ?? `one of ${[...functions.keys()].join(', ')}`;
      reporter.error(span, `there is no function \`${text}\``, hint);
      return undefined;
    }
    // Twelve decimals after every step: that is what flatc keeps, and defaults must agree to the bit.
    value = Number(apply(value).toFixed(12));
  }
  return value;
}
