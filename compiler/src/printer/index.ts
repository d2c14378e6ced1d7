export { type Call, printBreakable, splitCall } from './call.ts';
export { kebabCase, lowerCamel, pascalCase, snakeCase } from './case.ts';
export { printBlockDoc, printLineDoc } from './doc-comment.ts';
export { type ImportedModule, type ImportedName, ImportSet } from './imports.ts';
export { NameScope } from './name-scope.ts';
export { type ListStyle, Printer, type PrinterOptions } from './printer.ts';
export { stringLiteral } from './string-literal.ts';
