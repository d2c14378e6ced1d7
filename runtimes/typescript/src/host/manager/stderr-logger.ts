import { LOG_LEVELS, type LogRecord } from './log-record.ts';

const LEAST_LEVEL = LOG_LEVELS.indexOf('info');

/** Writes a record to the host's stderr as `[echo] text`; levels below `info` are left out. */
export function logToStderr({ plugin, level, message, fields, line }: LogRecord): void {
  if (LOG_LEVELS.indexOf(level) < LEAST_LEVEL) return;
  const mark = level === 'info' ? '' : `${level}: `;
  const rest = fields === undefined || message === line ? '' : describeFields(fields);
  process.stderr.write(`[${plugin}] ${mark}${message}${rest}\n`);
}

function describeFields(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}
