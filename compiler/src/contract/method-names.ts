import type { Reporter } from '../diagnostics/reporter.ts';
import { placeOf, type Span } from '../diagnostics/source-file.ts';

/** Reports methods that would have the same name in generated code, where the first letter's case is not free. */
export function reportTwins(
  methods: readonly { readonly name: string; readonly span: Span }[],
  reporter: Reporter,
): void {
  const first = new Map<string, { readonly name: string; readonly span: Span }>();
  for (const method of methods) {
    const { name, span } = method;
    const key = name.slice(0, 1).toLowerCase() + name.slice(1);
    const twin = first.get(key);
    if (twin === undefined) {
      first.set(key, method);
      continue;
    }
    const message = `the methods \`${twin.name}\` and \`${name}\` differ only in the case of the first letter`;
    const { file, line } = placeOf(twin.span);
    reporter.error(
      span,
      message,
      `rename one of them: generated code cannot tell it from the one at ${file}:${line}`,
    );
  }
}
