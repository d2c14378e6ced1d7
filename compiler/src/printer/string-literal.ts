/** A string literal of JavaScript, Go or Python: the escapes used mean the same in all three. */
export function stringLiteral(text: string, quote: "'" | '"'): string {
  let out = quote as string;
  for (const character of text) out += escapeCharacter(character, quote);
  return out + quote;
}

function escapeCharacter(character: string, quote: string): string {
  if (character === quote || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0)!;
  const unprintable = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const lineBreak = code === 0x2028 || code === 0x2029 || code === 0xfeff;
  const loneSurrogate = code >= 0xd800 && code <= 0xdfff;
  return unprintable || lineBreak || loneSurrogate ? `\\u${code.toString(16).padStart(4, '0')}` : character;
}
