/** What GitHub makes of a heading's text, so that links between documents hold; the second of its name ends in `-1`. */
export function anchorOf(text: string, taken: Set<string>): string {
  const base = text
    .toLowerCase()
    .replace(/&\w+;|[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
  let anchor = base;
  for (let number = 1; taken.has(anchor); number++) anchor = `${base}-${number}`;
  taken.add(anchor);
  return anchor;
}
