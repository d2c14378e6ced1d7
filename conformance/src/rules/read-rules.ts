/** A numbered rule of PROTOCOL.md. */
export interface Rule {
  readonly id: string;
  /** Of the section that has it: `4.3 Calls`. */
  readonly section: string;
  readonly text: string;
}

/** The rules of PROTOCOL.md, in its order. */
export function readRules(page: string): Rule[] {
  const rules: Rule[] = [];
  let section = '';
  let open: { id: string; lines: string[] } | undefined;
  const close = () => {
    if (open !== undefined) rules.push({ id: open.id, section, text: open.lines.join(' ') });
    open = undefined;
  };
  for (const line of page.split('\n')) {
    const heading = /^##+ (.*)$/.exec(line);
    const first = /^- \*\*([A-Z][A-Z0-9-]*[0-9])\*\* (.*)$/.exec(line);
    if (heading !== null || first !== null || !line.startsWith('  ')) close();
    if (heading !== null) section = heading[1] ?? '';
    else if (first !== null) open = { id: first[1] ?? '', lines: [first[2] ?? ''] };
    else open?.lines.push(line.trim());
  }
  close();
  return rules;
}
