import type { EnumDef, StructDef, TableDef, UnionDef } from '../../../model.ts';
import { type Printer, printBreakable, splitCall } from '../../../printer/index.ts';
import type { ValueNames } from '../names.ts';
import type { SourceFile } from '../source-file.ts';

/** What an enum could hide in a file of codecs; it is imported under another name then. */
const reservedInCodecs =
  /^(encode|decode|read|write|codeOf|layoutOf|missing|wrong|(Reader|Writer|TableLayout|DataView|Number|BigInt|Array|Object)$)/;

export type CodecDef = StructDef | TableDef | UnionDef;

/** The file of codecs while it is printed. */
export class CodecFile {
  readonly file: SourceFile;
  readonly names: ValueNames;
  /** Vectors of these are needed; the functions for them are printed at the end. */
  readonly vectorsOf = new Set<CodecDef>();
  readonly #valuesModule: string;

  /** @param valuesModule the module of the plain types, `./values` */
  constructor(file: SourceFile, names: ValueNames, valuesModule: string) {
    this.file = file;
    this.names = names;
    this.#valuesModule = valuesModule;
  }

  get body(): Printer {
    return this.file.body;
  }

  received(definition: CodecDef): string {
    return this.file.siblingType(this.#valuesModule, this.names.received(definition));
  }

  init(definition: CodecDef): string {
    return this.file.siblingType(this.#valuesModule, this.names.init(definition));
  }

  /** Numbers that a peer sent as an enum; those it does not list pass through. */
  asEnum(expression: string, definition: EnumDef, suffix = ''): string {
    if (definition.bitFlags) return expression;
    const name = this.names.received(definition);
    const local = reservedInCodecs.test(name) ? `${name}$` : name;
    this.file.siblingType(this.#valuesModule, local === name ? name : `${name} as ${local}`);
    return `${expression} as ${local}${suffix}`;
  }

  /** Notes the use of a function or class of the codec support and returns its name. */
  support(name: string): string {
    return this.file.codec(name);
  }

  layout(table: TableDef): string {
    return `layoutOf${this.names.stem(table)}`;
  }

  codeOf(union: UnionDef): string {
    return `codeOf${this.names.stem(union)}`;
  }

  vectorWriter(element: CodecDef): string {
    this.vectorsOf.add(element);
    return `writeVectorOf${this.names.stem(element)}`;
  }

  vectorReader(element: CodecDef): string {
    this.vectorsOf.add(element);
    return `readVectorOf${this.names.stem(element)}`;
  }

  /** `if (condition) statement`, with braces where it is too long for a line. */
  printIf(condition: string, statement: string): void {
    if (this.body.fits(`if (${condition}) ${statement}`)) this.body.line(`if (${condition}) ${statement}`);
    else this.printIfBlock(condition, () => this.print(statement));
  }

  /** `if` with braces; a condition that is too long gets one alternative a line. */
  printIfBlock(condition: string, content: () => void): void {
    const { body } = this;
    if (body.fits(`if (${condition}) {`)) {
      body.block(`if (${condition}) {`, content);
      return;
    }
    body.line('if (');
    body.indented(() => body.line(condition.replaceAll(' || ', ' ||\n')));
    body.block(') {', content);
  }

  /** `head statement`, for the head of a loop, with braces where it is too long for a line. */
  printLoop(head: string, statement: string): void {
    if (this.body.fits(`${head} ${statement}`)) this.body.line(`${head} ${statement}`);
    else this.body.block(`${head} {`, () => this.print(statement));
  }

  /** `const { a, b } = value;` */
  printUnpacking(patterns: readonly string[]): void {
    const { body } = this;
    const flat = `const { ${patterns.join(', ')} } =`;
    if (body.fits(flat) && !body.fits(`${flat} value;`)) {
      body.line(flat);
      body.indented(() => body.line('value;'));
    } else {
      body.list('const {', patterns, '} = value;', { padded: true });
    }
  }

  /** One statement or expression; a call that is too long gets one argument a line. */
  print(statement: string): void {
    printBreakable(this.body, statement);
  }

  /** `condition ? yes : no` after `head`, broken as the formatter breaks it. */
  printChoice(head: string, condition: string, yes: string, otherwise: string, end: string): void {
    const { body } = this;
    const no = otherwise.includes(' as ') ? `(${otherwise})` : otherwise;
    const flat = `${condition} ? ${yes} : ${no}${end}`;
    if (body.fits(`${head} ${flat}`)) {
      body.line(`${head} ${flat}`);
      return;
    }
    body.line(head);
    body.indented(() => {
      if (body.fits(flat)) {
        body.line(flat);
        return;
      }
      body.line(condition);
      body.indented(() => {
        this.#printBranch(`? ${yes}`);
        this.#printBranch(`: ${no}${end}`);
      });
    });
  }

  /** The arguments of a call in a branch stand one level deeper than elsewhere, and so does its end. */
  #printBranch(text: string): void {
    const { body } = this;
    const call = body.fits(text) ? undefined : splitCall(text);
    if (call === undefined) {
      body.line(text);
      return;
    }
    body.line(call.open);
    body.indented(() => {
      body.indented(() => body.line(`${call.items.join(',\n')},`));
      body.line(call.close);
    });
  }

  /** A function's head, body and end. */
  printFunction(head: string, parameters: readonly string[], result: string, body: () => void): void {
    this.body.list(`${head}(`, parameters, `): ${result} {`);
    this.body.indented(body);
    this.body.line('}');
  }
}
