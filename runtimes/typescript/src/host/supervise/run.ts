import { ErrorCode, type PluginartError, TransportError } from '../../errors/index.ts';
import type { HostSession } from '../../session/host-session.ts';
import type { Ending, Instance } from '../launch/instance.ts';
import { lastWords } from './last-words.ts';

/** How long a lost connection is held against its process, before it counts as lost on its own. */
const EXIT_GRACE_MS = 1_000;

export interface RunListener {
  onLost(loss: PluginartError): void;
  onGoaway(reason: PluginartError): void;
}

/** A plugin that has been started, with the connection to it. Remembers what happens before anybody listens. */
export class Run {
  readonly plugin: string;
  readonly instance: Instance;
  #session: HostSession | undefined;
  #listener: RunListener | undefined;
  #loss: PluginartError | undefined;
  #goaway: PluginartError | undefined;
  #verdict: string | undefined;
  #closedFor: TransportError | undefined;

  constructor(plugin: string, instance: Instance) {
    this.plugin = plugin;
    this.instance = instance;
  }

  get session(): HostSession {
    return this.#session!;
  }

  connected(session: HostSession): void {
    this.#session = session;
  }

  listen(listener: RunListener): void {
    this.#listener = listener;
    if (this.#loss !== undefined) listener.onLost(this.#loss);
    else if (this.#goaway !== undefined) listener.onGoaway(this.#goaway);
  }

  onLost(loss: PluginartError): void {
    this.#loss ??= loss;
    this.#listener?.onLost(loss);
  }

  onGoaway(reason: PluginartError): void {
    this.#goaway ??= reason;
    this.#listener?.onGoaway(reason);
  }

  /** Closes the connection; `reason` is what calls that are open are told. */
  close(reason: TransportError): void {
    this.#closedFor ??= reason;
    this.session.close(reason);
  }

  /** What the end of its process is explained by from now on; continues a sentence that names the plugin. */
  condemn(verdict: string): void {
    this.#verdict ??= verdict;
  }

  /**
   * What a lost connection means: its process has ended, and how, or the loss itself where the process lives on.
   * Takes at most two seconds: one for the process to be gone, one for the rest of its output; for a container what its
   * engine takes to remove it and to answer.
   */
  async explain(loss: PluginartError | undefined): Promise<TransportError> {
    if (this.#closedFor !== undefined) return this.#closedFor;
    const { process } = this.instance;
    const exited = process !== undefined && (await process.endsSoon(EXIT_GRACE_MS));
    const ending = exited ? await process.ended : undefined;
    const { code, what } = this.#diagnose(loss, ending);
    return new TransportError(code, `plugin "${this.plugin}" ${what}`, {
      cause: loss,
      origin: ending === undefined ? 'local' : 'process',
      plugin: this.plugin,
      evidence: ending?.evidence ?? process?.evidence(),
    });
  }

  #diagnose(loss: PluginartError | undefined, ending: Ending | undefined): { code: number; what: string } {
    if (this.#verdict !== undefined) {
      const fate = ending === undefined ? '' : `; it ${ending.how}`;
      return { code: ErrorCode.UNAVAILABLE, what: this.#verdict + fate };
    }
    if (ending !== undefined) {
      return { code: ErrorCode.UNAVAILABLE, what: ending.how + lastWords(ending.evidence) };
    }
    return {
      code: loss?.code ?? ErrorCode.UNAVAILABLE,
      what: `lost its connection${loss === undefined ? '' : `: ${loss.message}`}`,
    };
  }
}
