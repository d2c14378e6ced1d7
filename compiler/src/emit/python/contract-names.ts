import type { Contract, Method } from '../../model.ts';
import { kebabCase, lowerCamel, NameScope, pascalCase, snakeCase } from '../../printer/index.ts';
import { withoutDunder } from './names.ts';
import { keywords } from './reserved-words.ts';

/** What the parts of a contract's generated code are called. */
export interface ContractNames {
  readonly client: string;
  readonly asyncClient: string;
  /** As earlier versions called them: `echoClient`. */
  readonly clientAlias: string;
  readonly asyncClientAlias: string;
  readonly service: string;
  readonly clientFile: string;
  readonly serviceFile: string;
  /** What a plugin of it is called where nobody says otherwise. */
  readonly plugin: string;
}

export function contractNames({ name }: Contract): ContractNames {
  const pascal = pascalCase(name);
  const snake = snakeCase(name);
  const lower = lowerCamel(name);
  return {
    client: `${pascal}Client`,
    asyncClient: `Async${pascal}Client`,
    // A name without a lower case form, as it begins with an underscore, gets one more.
    clientAlias: lower === pascal ? `_${lower}Client` : `${lower}Client`,
    asyncClientAlias: `async${pascal}Client`,
    service: `${pascal}Service`,
    clientFile: `${snake}_client`,
    serviceFile: `${snake}_service`,
    plugin: kebabCase(name),
  };
}

export interface MethodNames {
  /** With plain values, on either side: `echo`. */
  readonly plain: string;
  /** With builders: `Echo`. */
  readonly builder: string;
  /** The constants that hold the method: `_ECHO`, `_ECHO_BUILT`. */
  readonly constant: string;
}

/** The names of each method, unique within the client and the service. */
export function methodNames(contract: Contract): ReadonlyMap<Method, MethodNames> {
  const scope = new NameScope(keywords);
  const constants = new NameScope(['_REQUEST', '_RESPONSE']);
  const plain = contract.methods.map((method) => scope.claim(withoutDunder(snakeCase(method.name))));
  return new Map(
    contract.methods.map((method, n) => [
      method,
      {
        plain: plain[n]!,
        builder: scope.claim(withoutDunder(pascalCase(method.name))),
        constant: constants.claim(`_${snakeCase(method.name).toUpperCase()}`),
      },
    ]),
  );
}
