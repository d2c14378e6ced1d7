export interface PrinterOptions {
  /** One level of indentation. Default two spaces. */
  readonly indent?: string;
  /** The longest line that a list may take before it is broken, in columns. Default 110. */
  readonly width?: number;
  /** How many columns a tab counts. Default 2. */
  readonly tabWidth?: number;
}

export interface ListStyle {
  /** Between the brackets and the items on one line: `{ a, b }`. Default false. */
  readonly padded?: boolean;
  /** After the last item when there is one a line. Default `,`. */
  readonly trailing?: string;
}

/** Collects lines of source text. It knows indentation and line width, and nothing of any language. */
export class Printer {
  readonly #indent: string;
  readonly #width: number;
  readonly #tabWidth: number;
  readonly #lines: string[] = [];
  #depth = 0;

  constructor(options: PrinterOptions = {}) {
    this.#indent = options.indent ?? '  ';
    this.#width = options.width ?? 110;
    this.#tabWidth = options.tabWidth ?? 2;
  }

  /** One or more lines at the current depth; an empty text is an empty line. */
  line(text = ''): void {
    for (const part of text.split('\n')) {
      this.#lines.push(part === '' ? '' : this.#indent.repeat(this.#depth) + part);
    }
  }

  /** Text whose lines are part of a literal: printed as they are, without indentation. */
  raw(text: string): void {
    this.#lines.push(text);
  }

  /** One empty line, unless there is one already or nothing has been printed. */
  blank(): void {
    if (this.#lines.length > 0 && this.#lines.at(-1) !== '') this.#lines.push('');
  }

  indented(body: () => void): void {
    this.#depth++;
    body();
    this.#depth--;
  }

  /** `open`, the body one level deeper, `close`. */
  block(open: string, body: () => void, close = '}'): void {
    this.line(open);
    this.indented(body);
    this.line(close);
  }

  /** True when `text` fits into the current line. */
  fits(text: string): boolean {
    let columns = this.#depth * this.#columns(this.#indent);
    if (columns > this.#width) return false;
    columns += this.#columns(text);
    return columns <= this.#width;
  }

  /** `open` + items + `close` on one line where they fit, else one item a line. `open` and `close` hold the brackets. */
  list(open: string, items: readonly string[], close: string, style: ListStyle = {}): void {
    const pad = style.padded === true && items.length > 0 ? ' ' : '';
    const flat = `${open}${pad}${items.join(', ')}${pad}${close}`;
    if (items.length === 0 || this.fits(flat)) {
      this.line(flat);
      return;
    }
    this.block(
      open,
      () => {
        items.forEach((item, index) => {
          this.line(item + (index < items.length - 1 ? ',' : (style.trailing ?? ',')));
        });
      },
      close,
    );
  }

  /** Everything printed, ending with one newline. */
  toString(): string {
    return `${this.#lines.join('\n').replace(/\n+$/, '')}\n`;
  }

  #columns(text: string): number {
    let columns = 0;
    for (const character of text) columns += character === '\t' ? this.#tabWidth : 1;
    return columns;
  }
}
