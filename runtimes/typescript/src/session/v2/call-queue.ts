import type { OutgoingCall } from './outgoing-call.ts';

/** Taken from the front this often, the array is cut to what is left. */
const compactAfter = 1_024;

/** Calls that wait for a free slot of the peer, first come, first served. */
export class CallQueue {
  #calls: OutgoingCall[] = [];
  #first = 0;

  get size(): number {
    return this.#calls.length - this.#first;
  }

  add(call: OutgoingCall): void {
    this.#calls.push(call);
  }

  /** The next call, off the queue. */
  take(): OutgoingCall | undefined {
    const call = this.#calls[this.#first];
    if (call === undefined) return undefined;
    this.#first++;
    if (this.#first === this.#calls.length) {
      this.#calls = [];
      this.#first = 0;
    } else if (this.#first > compactAfter && this.#first * 2 > this.#calls.length) {
      this.#calls = this.#calls.slice(this.#first);
      this.#first = 0;
    }
    return call;
  }

  remove(call: OutgoingCall): void {
    const index = this.#calls.indexOf(call, this.#first);
    if (index >= 0) this.#calls.splice(index, 1);
  }

  /** All that wait; they stay. */
  entries(): OutgoingCall[] {
    return this.#calls.slice(this.#first);
  }

  /** All that wait; none is left. */
  takeAll(): OutgoingCall[] {
    const calls = this.entries();
    this.#calls = [];
    this.#first = 0;
    return calls;
  }
}
