import { MAX_QUEUED_ANSWER_BYTES, type Outbox } from './outbox.ts';

/** A call that waits for the peer to read. */
interface HeldCall {
  /** What it goes on with; undefined where it does not wait. */
  goOn: (() => void) | undefined;
}

/**
 * What waits for a peer that reads slowly: answers that handlers gave, and calls that no handler has yet. Such a peer
 * holds up its own calls, and they are no more than it may have open (PROTOCOL.md, V2-Q4).
 */
export class HeldCalls {
  readonly #outbox: Outbox;
  #answers: HeldCall[] = [];
  #calls: HeldCall[] = [];
  readonly #release = (): void => {
    this.#goOn(this.#answers);
    this.#goOn(this.#calls);
    this.#await();
  };

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** Whether answers wait. */
  get holdsAnswers(): boolean {
    return this.#answers.length > 0 || !this.#hasRoom;
  }

  /** Whether calls wait. */
  get holdsCalls(): boolean {
    return this.#calls.length > 0 || this.holdsAnswers;
  }

  holdAnswer(call: HeldCall, goOn: () => void): void {
    this.#hold(this.#answers, call, goOn);
  }

  holdCall(call: HeldCall, goOn: () => void): void {
    this.#hold(this.#calls, call, goOn);
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#answers = [];
    this.#calls = [];
  }

  get #hasRoom(): boolean {
    return this.#outbox.queuedBytes <= MAX_QUEUED_ANSWER_BYTES;
  }

  #hold(queue: HeldCall[], call: HeldCall, goOn: () => void): void {
    call.goOn = goOn;
    queue.push(call);
    this.#await();
  }

  #goOn(queue: HeldCall[]): void {
    while (queue.length > 0 && this.#hasRoom) {
      const call = queue.shift() as HeldCall;
      const { goOn } = call;
      call.goOn = undefined;
      goOn?.();
    }
  }

  #await(): void {
    if (this.#answers.length > 0 || this.#calls.length > 0) this.#outbox.onRoom = this.#release;
  }
}
