import { Conversation, Dissector } from './dissect.ts';

export type Direction = 'to plugin' | 'to host';

/** What went over one or more connections, as text, frame by frame. The last `maxLines` are kept. */
export class Trace {
  readonly #lines: string[] = [];
  readonly #maxLines: number;
  readonly #startedMs = Date.now();
  #connections = 0;
  #dropped = 0;

  constructor(maxLines = 200) {
    this.#maxLines = maxLines;
  }

  connection(): ConnectionTrace {
    this.#connections++;
    const number = this.#connections;
    return new ConnectionTrace((text, unixMs) => this.#add(number, text, unixMs));
  }

  get text(): string {
    const dropped = this.#dropped === 0 ? [] : [`  (${this.#dropped} frames before)`];
    return [...dropped, ...this.#lines].join('\n');
  }

  #add(connection: number, text: string, unixMs: number): void {
    const ms = (unixMs - this.#startedMs).toFixed(0).padStart(6);
    this.#lines.push(`${ms} ms  #${connection}  ${text}`);
    if (this.#lines.length <= this.#maxLines) return;
    this.#lines.shift();
    this.#dropped++;
  }
}

/** What goes over one connection. */
export class ConnectionTrace {
  readonly #add: (text: string, unixMs: number) => void;
  readonly #dissectors: Readonly<Record<Direction, Dissector>>;
  #isClosed = false;

  constructor(add: (text: string, unixMs: number) => void) {
    this.#add = add;
    const conversation = new Conversation();
    this.#dissectors = { 'to plugin': new Dissector(conversation), 'to host': new Dissector(conversation) };
  }

  bytes(direction: Direction, chunk: Uint8Array, unixMs = Date.now()): void {
    for (const line of this.#dissectors[direction].push(chunk))
      this.#add(`${arrow(direction)}  ${line}`, unixMs);
  }

  closed(unixMs = Date.now()): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const direction of ['to plugin', 'to host'] as const)
      for (const line of this.#dissectors[direction].end()) this.#add(`${arrow(direction)}  ${line}`, unixMs);
    this.#add('closed', unixMs);
  }
}

function arrow(direction: Direction): string {
  return direction === 'to plugin' ? 'host -> plugin' : 'host <- plugin';
}
