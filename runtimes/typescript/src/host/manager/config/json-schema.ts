import * as z from 'zod';
import { configShape } from './shape.ts';

/** The JSON Schema of `pluginart.toml`, for editors, as the text of a file. */
export function configJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(configShape, { io: 'input' }), undefined, 2)}\n`;
}
