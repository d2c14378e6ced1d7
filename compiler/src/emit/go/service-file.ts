import type { Contract } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { printFunction } from './client-file.ts';
import { printDoc } from './doc-comment.ts';
import { fileStem, type GoNames, helperNames, methodNames } from './names.ts';
import { type GoContext, GoFile } from './source-file.ts';

/** `echo_service.go`: what a plugin has to implement, and how it is served. */
export function emitServiceFile(context: GoContext, contract: Contract, names: GoNames): GeneratedFile {
  const file = new GoFile(context, `${fileStem(contract)}_service.go`);
  const { body } = file;
  const methods = methodNames(contract);
  const callable = contract.methods.filter((method) => method.streaming === 'none');
  printDoc(body, [
    ...contract.doc,
    ...(contract.doc.length > 0 ? [''] : []),
    `Service is what a plugin does for ${contract.name}. Methods are called concurrently. A *fault.Error chooses the code`,
    'that the caller sees; any other error is told by its message.',
  ]);
  if (callable.length === 0) {
    body.line('type Service interface{}');
  } else {
    body.block('type Service interface {', () => {
      for (const method of callable) {
        printDoc(body, method.doc);
        const request = `request *${names.value(method.request)}`;
        const parameters = [`ctx ${file.use('context', 'Context')}`, request];
        body.list(`${methods.get(method)!}(`, parameters, `) (*${names.value(method.response)}, error)`);
      }
    });
  }
  body.blank();
  body.line('// NewHandler makes a handler for protocol.Serve out of an implementation.');
  const service = file.use('call', 'Service');
  printFunction(file, 'func NewHandler(', ['implementation Service'], `*${service}`, () => {
    body.block(
      `return ${file.use('call', 'NewService')}(`,
      () => {
        body.line(`"${contract.name}", ContractHash, Schema, callRequest,`);
        for (const method of contract.methods) {
          if (method.streaming === 'none') {
            body.line(
              `${helperNames(contract, method).method}.Serve(implementation.${methods.get(method)!}),`,
            );
          } else {
            const label = `"${contract.name}.${method.name}"`;
            body.line(`${file.use('call', 'ServeStreaming')}(${label}, ${method.code}),`);
          }
        }
      },
      ')',
    );
  });
  return file.finish();
}
