import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ImportSet,
  kebabCase,
  lowerCamel,
  NameScope,
  Printer,
  pascalCase,
  printBlockDoc,
  printBreakable,
  printLineDoc,
  snakeCase,
  stringLiteral,
} from '../../src/printer/index.ts';

describe('the printer', () => {
  it('indents by what it is given, and leaves empty lines empty', () => {
    const printer = new Printer({ indent: '\t' });
    printer.blank();
    printer.block('func main() {', () => {
      printer.line('a()\n\nb()');
      printer.blank();
      printer.blank();
      printer.block('if c {', () => printer.line('d()'));
    });
    printer.blank();
    assert.equal(`${printer}`, 'func main() {\n\ta()\n\n\tb()\n\n\tif c {\n\t\td()\n\t}\n}\n');
  });

  it('breaks lists and calls that are too long, and only those', () => {
    const printer = new Printer({ width: 20 });
    printer.list('f(', ['aaa', 'bbb'], ')');
    printer.list('f(', ['aaaaaaaa', 'bbbbbbbb'], ')', { trailing: '' });
    printer.list('{', [], '}', { padded: true });
    printer.list('{', ['a'], '}', { padded: true });
    printBreakable(printer, 'return call(one, two(3, ","), [4, 5]);');
    printBreakable(printer, 'const x = (one + two + three);');
    assert.equal(
      `${printer}`,
      'f(aaa, bbb)\nf(\n  aaaaaaaa,\n  bbbbbbbb\n)\n{}\n{ a }\nreturn call(\n  one,\n  two(3, ","),\n  [4, 5],\n);\nconst x = (one + two + three);\n',
    );
  });

  it('keeps documentation within its comment', () => {
    const printer = new Printer({ width: 30 });
    printBlockDoc(printer, ['', 'short */ one', '']);
    printBlockDoc(printer, ['two', '', 'lines\u2028']);
    printBlockDoc(printer, []);
    printLineDoc(printer, ['two', '', 'lines\nin one'], '#');
    assert.equal(
      `${printer}`,
      '/** short * / one */\n/**\n * two\n *\n * lines\n */\n# two\n#\n# lines in one\n',
    );
  });
});

it('string literals mean their text in JavaScript', () => {
  for (const text of ['', "it's", '"', '\\', '\n\r\t\0\x7f\u2028\ufeff\ud800', '`', 'ä😀']) {
    for (const quote of ["'", '"'] as const) {
      // biome-ignore lint/security/noGlobalEval: that is what is to be shown
      assert.equal(eval(stringLiteral(text, quote)), text);
    }
  }
});

it('names are spelt as flatc spells them', () => {
  const spelt: readonly (readonly [
    name: string,
    lower: string,
    pascal: string,
    snake: string,
    kebab: string,
  ])[] = [
    ['echo_request', 'echoRequest', 'EchoRequest', 'echo_request', 'echo-request'],
    ['EchoRequest', 'echoRequest', 'EchoRequest', 'echo_request', 'echo-request'],
    ['HTTPRequest', 'hTTPRequest', 'HTTPRequest', 'httprequest', 'httprequest'],
    ['a', 'a', 'A', 'a', 'a'],
    ['trailing_', 'trailing_', 'Trailing_', 'trailing_', 'trailing-'],
    ['_leading', '_leading', '_Leading', '_leading', 'leading'],
    ['v2_name', 'v2Name', 'V2Name', 'v2_name', 'v2-name'],
  ];
  for (const [name, lower, pascal, snake, kebab] of spelt) {
    assert.deepEqual(
      [lowerCamel(name), pascalCase(name), snakeCase(name), kebabCase(name)],
      [lower, pascal, snake, kebab],
    );
  }
});

it('a scope gives each name once', () => {
  const scope = new NameScope(['class']);
  assert.deepEqual(
    ['a', 'a', 'class', 'a_', 'a'].map((name) => scope.claim(name)),
    ['a', 'a_', 'class_', 'a__', 'a___'],
  );
  assert.equal(
    scope.claimAll((_) => [`x${_}`, `a${_}`]),
    '____',
  );
});

it('imports are merged, sorted, and types only where nothing else is used', () => {
  const imports = new ImportSet();
  imports.type('b', 'T');
  imports.value('b', 'v');
  imports.type('b', 'v');
  imports.type('b', 'x');
  imports.value('b', 'x');
  imports.whole('a', 'all');
  imports.wholeType('c', 'types');
  assert.deepEqual(imports.modules(), [
    { module: 'a', alias: 'all', aliasTypeOnly: false, names: [] },
    {
      module: 'b',
      alias: undefined,
      aliasTypeOnly: false,
      names: [
        { name: 'T', typeOnly: true },
        { name: 'v', typeOnly: false },
        { name: 'x', typeOnly: false },
      ],
    },
    { module: 'c', alias: 'types', aliasTypeOnly: true, names: [] },
  ]);
});
