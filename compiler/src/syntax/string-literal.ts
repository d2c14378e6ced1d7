/** What the inside of a string literal means, or where in it the first mistake is. */
export type StringValue =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string; readonly start: number; readonly end: number };

const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
};

/**
 * Decodes the escapes in `text[start, end)`. Bytes given as `\xNN` must make up valid UTF-8 together
 * with what stands around them; `\uD800` and the like must come in pairs.
 */
export function decodeString(text: string, start: number, end: number): StringValue {
  if (!text.slice(start, end).includes('\\')) return { ok: true, value: text.slice(start, end) };
  const pieces: Buffer[] = [];
  let rawBytes = false;
  let at = start;
  while (at < end) {
    const backslash = text.indexOf('\\', at);
    const stop = backslash < 0 || backslash >= end ? end : backslash;
    if (stop > at) pieces.push(Buffer.from(text.slice(at, stop), 'utf8'));
    if (stop === end) break;
    const letter = text[stop + 1] ?? '';
    const simple = simpleEscapes[letter];
    if (simple !== undefined) {
      pieces.push(Buffer.from(simple));
      at = stop + 2;
    } else if (letter === 'x') {
      const digits = hexDigits(text, stop + 2, 2, end);
      if (digits === undefined) return bad('`\\x` takes two hex digits', stop, Math.min(stop + 4, end));
      pieces.push(Buffer.of(digits));
      rawBytes ||= digits >= 0x80;
      at = stop + 4;
    } else if (letter === 'u') {
      const unit = hexDigits(text, stop + 2, 4, end);
      if (unit === undefined) return bad('`\\u` takes four hex digits', stop, Math.min(stop + 6, end));
      at = stop + 6;
      let value = String.fromCharCode(unit);
      if (unit >= 0xd800 && unit <= 0xdfff) {
        const low = text.startsWith('\\u', at) ? hexDigits(text, at + 2, 4, end) : undefined;
        if (unit >= 0xdc00 || low === undefined || low < 0xdc00 || low > 0xdfff) {
          return bad('half of a surrogate pair: `\\uD83D\\uDE00` is one character', stop, at);
        }
        value += String.fromCharCode(low);
        at += 6;
      }
      pieces.push(Buffer.from(value, 'utf8'));
    } else {
      return bad(`unknown escape \`\\${letter}\``, stop, Math.min(stop + 2, end));
    }
  }
  const bytes = Buffer.concat(pieces);
  if (!rawBytes) return { ok: true, value: bytes.toString('utf8') };
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return bad('the bytes of this string are not valid UTF-8', start, end);
  }
}

function bad(message: string, start: number, end: number): StringValue {
  return { ok: false, message, start, end };
}

function hexDigits(text: string, at: number, count: number, end: number): number | undefined {
  const digits = text.slice(at, Math.min(at + count, end));
  return digits.length === count && /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}
