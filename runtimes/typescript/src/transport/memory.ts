import type { Link, LinkSink } from '../session/link.ts';

/** Two links joined in memory: what one writes, the other receives, in order and in a later turn. */
export function memoryLinks(): [Link, Link] {
  const left = new MemoryLink();
  const right = new MemoryLink();
  left.join(right);
  right.join(left);
  return [left, right];
}

class MemoryLink implements Link {
  readonly description = 'memory';
  #peer: MemoryLink | undefined;
  #sink: LinkSink | undefined;
  #inbox: Buffer[] = [];
  #inboxBytes = 0;
  #scheduled = false;
  #paused = false;
  #ending = false;
  #closed = false;

  join(peer: MemoryLink): void {
    this.#peer = peer;
  }

  get unsentBytes(): number {
    return this.#peer === undefined ? 0 : this.#peer.#inboxBytes;
  }

  start(sink: LinkSink): void {
    this.#sink = sink;
    this.#schedule();
  }

  write(bytes: Uint8Array): void {
    const peer = this.#peer;
    if (this.#closed || this.#ending || peer === undefined || peer.#closed) return;
    // The writer may use its buffer again once it is sent, which here is at once.
    peer.#inbox.push(Buffer.from(bytes));
    peer.#inboxBytes += bytes.length;
    peer.#schedule();
  }

  cork(): void {}

  uncork(): void {}

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#schedule();
  }

  end(): void {
    if (this.#closed) return;
    this.#ending = true;
    const peer = this.#peer;
    if (peer !== undefined) peer.#schedule();
    this.#schedule();
  }

  destroy(): void {
    if (this.#closed) return;
    this.#close();
    this.#peer?.destroy();
  }

  #schedule(): void {
    if (this.#scheduled || this.#sink === undefined) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    if (this.#closed || this.#paused) return;
    const inbox = this.#inbox;
    this.#inbox = [];
    this.#inboxBytes = 0;
    for (const bytes of inbox) if (!this.#closed && !this.#ending) this.#sink?.onBytes(bytes);
    const peer = this.#peer;
    if (peer === undefined) return;
    if (inbox.length > 0 && peer.#sink !== undefined) peer.#sink.onDrain();
    if (peer.#ending) {
      peer.#schedule();
      if (this.#inbox.length === 0) this.#close();
    } else if (this.#ending && peer.#inboxBytes === 0) this.#close();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#inbox = [];
    this.#inboxBytes = 0;
    setImmediate(() => this.#sink?.onClose(undefined));
  }
}
