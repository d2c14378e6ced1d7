import { PythonNames } from '../../../src/emit/python/names.ts';
import { generatePythonCodecs } from '../../../src/index.ts';
import { PythonFolder, python } from '../../python/python-folder.ts';
import type { EchoedSchema, Peer } from './peer.ts';

/** Python with the generated codecs of the schemas. */
export function pythonPeer(schemas: readonly EchoedSchema[]): Peer {
  const folder = new PythonFolder();
  for (const { seed, schema } of schemas) {
    folder.writeAll(`schema${seed}`, generatePythonCodecs(schema, { version: '0.0.0' }));
    folder.write(`schema${seed}/__init__.py`, '');
  }
  folder.write('echo.py', program(schemas));
  return {
    language: 'Python',
    command: [python, '-W', 'error', `${folder.path}/echo.py`],
    spelling: ({ schema }) => {
      const names = new PythonNames(schema);
      return {
        field: (owner, name) => names.attribute(owner, name),
        typed: (definition) => ({ 'its class': names.value(definition) }),
        member: (union, member, value) => {
          const wrapper = names.wrapper(union, member);
          return wrapper === undefined ? value : { 'its class': wrapper, value };
        },
        emptyByDefault: [],
      };
    },
    remove: () => folder.remove(),
  };
}

function program(schemas: readonly EchoedSchema[]): string {
  const imports = schemas.map(({ seed }) => `from schema${seed} import codecs as codecs${seed}`);
  const entries = schemas.map(({ seed, schema }) => {
    const snake = new PythonNames(schema).snake(schema.rootType!);
    return `    ${seed}: (codecs${seed}.decode_${snake}, codecs${seed}.encode_${snake}),`;
  });
  return `import dataclasses
import json
import struct
import sys

${imports.join('\n')}

SCHEMAS = {
${entries.join('\n')}
}


def dump(value):
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return "nan" if value != value else f"{struct.unpack('<Q', struct.pack('<d', value))[0]:x}"
    if dataclasses.is_dataclass(value):
        fields = {each.name: dump(getattr(value, each.name)) for each in dataclasses.fields(value)}
        return {"its class": type(value).__name__, **fields}
    return [dump(each) for each in value]


taken = sys.stdin.buffer
while head := taken.read(8):
    seed, length = struct.unpack("<II", head)
    decode, encode = SCHEMAS[seed]
    value = decode(taken.read(length))
    encoded = encode(value)
    dumped = json.dumps(dump(value)).encode()
    for part in (dumped, encoded):
        sys.stdout.buffer.write(struct.pack("<I", len(part)) + part)
`;
}
