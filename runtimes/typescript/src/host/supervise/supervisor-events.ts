import type { PluginartError } from '../../errors/index.ts';
import type { OutputStream } from '../launch/instance.ts';
import type { StateName } from './plugin-state.ts';

export interface SupervisorEvents {
  /** `error` says why, where something went wrong. */
  onState(from: StateName, to: StateName, error: PluginartError | undefined): void;
  /** It will be started again after `delayMs`. `attempt` counts from 1 since it was last stable. */
  onRestart(attempt: number, delayMs: number, error: PluginartError): void;
  onLine(stream: OutputStream, text: string, whole: boolean): void;
  onUnresponsive(silentMs: number, openCalls: number): void;
  onStuck(openCalls: number): void;
}
