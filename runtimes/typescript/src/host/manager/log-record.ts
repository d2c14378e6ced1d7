import type { OutputStream } from '../launch/instance.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** The levels, the least important first. */
export const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** One line that a plugin printed, or that the host has to say about it. */
export interface LogRecord {
  readonly plugin: string;
  /** `host`: said by pluginart itself. */
  readonly source: OutputStream | 'host';
  /** Of JSON lines their own; otherwise `info`. */
  readonly level: LogLevel;
  /** Of JSON lines their `message` or `msg`; otherwise the line. */
  readonly message: string;
  /** What else a JSON line has; undefined for other lines. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** The line as printed. */
  readonly line: string;
  /** False for the pieces, of at most 64 KiB, of a longer line. */
  readonly whole: boolean;
}

const LEVEL_KEYS = ['level', 'severity', 'lvl', 'levelname'];
const MESSAGE_KEYS = ['message', 'msg', 'event'];
const LEVEL_NAMES: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  fatal: 'fatal',
  critical: 'fatal',
  panic: 'fatal',
};

/** Reads a printed line. JSON objects, as most loggers can print them, keep their level and fields. */
export function readLogLine(plugin: string, source: OutputStream, line: string, whole: boolean): LogRecord {
  const object = whole ? parseObject(line) : undefined;
  if (object === undefined) {
    return { plugin, source, level: 'info', message: line, fields: undefined, line, whole };
  }
  const levelKey = LEVEL_KEYS.find((key) => levelOf(object[key]) !== undefined);
  const messageKey = MESSAGE_KEYS.find((key) => typeof object[key] === 'string');
  const fields = Object.fromEntries(
    Object.entries(object).filter(([key]) => key !== levelKey && key !== messageKey),
  );
  return {
    plugin,
    source,
    level: (levelKey === undefined ? undefined : levelOf(object[levelKey])) ?? 'info',
    message: messageKey === undefined ? line : (object[messageKey] as string),
    fields,
    line,
    whole,
  };
}

/** Something that pluginart itself has to say about a plugin. */
export function hostRecord(plugin: string, level: LogLevel, message: string): LogRecord {
  return { plugin, source: 'host', level, message, fields: undefined, line: message, whole: true };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{') || !line.endsWith('}')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Names in any case; numbers as pino and bunyan have them, 10 to 60. */
function levelOf(value: unknown): LogLevel | undefined {
  if (typeof value === 'string') {
    const name = value.toLowerCase();
    return Object.hasOwn(LEVEL_NAMES, name) ? LEVEL_NAMES[name] : undefined;
  }
  if (typeof value !== 'number' || value < 10 || value >= 70) return undefined;
  return LOG_LEVELS[Math.floor(value / 10) - 1];
}
