import * as z from 'zod';
import { durationPattern, parseDuration } from './duration.ts';

/** Durations come out as whole milliseconds. */
export function duration(
  description: string,
  byDefault: string,
  zero: 'zero allowed' | 'zero refused' = 'zero refused',
) {
  return z
    .string()
    .meta({ description, pattern: durationPattern, default: byDefault, examples: ['150ms', '1m30s'] })
    .transform((text, context) => {
      const parsed = parseDuration(text);
      if ('ms' in parsed && (parsed.ms > 0 || zero === 'zero allowed')) return parsed.ms;
      const wrong = 'wrong' in parsed ? parsed.wrong : 'must be above zero';
      context.addIssue(`"${text.slice(0, 40)}" ${wrong}; write a duration such as "150ms", "5s" or "1m30s"`);
      return z.NEVER;
    })
    .optional();
}

export function integer(description: string, least: number, most: number, byDefault: number) {
  const error = `must be an integer from ${least} to ${most}`;
  return z
    .int({ error })
    .min(least, { error })
    .max(most, { error })
    .meta({ description, default: byDefault })
    .optional();
}

export function text(description: string, pattern: RegExp, error: string) {
  return z.string().regex(pattern, { error }).meta({ description });
}

export function transport(byDefault: 'unix' | 'tcp') {
  return z
    .enum(['unix', 'tcp'], { error: 'must be "unix" or "tcp"' })
    .meta({ description: 'How calls reach the plugin.', default: byDefault })
    .optional();
}
