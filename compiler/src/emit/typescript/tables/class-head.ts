import type { Printer } from '../../../printer/index.ts';

/** What the official runtime expects of an accessor: where it stands in which buffer. */
export function printClassHead(printer: Printer, className: string): void {
  printer.line('bb: flatbuffers.ByteBuffer | null = null;');
  printer.line('bb_pos = 0;');
  printer.blank();
  printer.list('__init(', ['i: number', 'bb: flatbuffers.ByteBuffer'], `): ${className} {`);
  printer.indented(() => printer.line('this.bb_pos = i;\nthis.bb = bb;\nreturn this;'));
  printer.line('}');
}
