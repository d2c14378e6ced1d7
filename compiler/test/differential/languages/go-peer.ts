import assert from 'node:assert/strict';
import { GoNames } from '../../../src/emit/go/names.ts';
import { generateCodecPackage } from '../../../src/index.ts';
import { GoModule } from '../../go/go-module.ts';
import type { EchoedSchema, Peer } from './peer.ts';

/** Go with the generated codecs of the schemas, built. */
export function goPeer(schemas: readonly EchoedSchema[]): Peer {
  const module = new GoModule();
  for (const { seed, schema } of schemas) {
    const files = generateCodecPackage(schema, { version: '0.0.0', packageName: `schema${seed}` });
    module.writeAll(`schema${seed}`, files);
  }
  module.write('main.go', program(schemas));
  assert.equal(module.run('gofmt', '-l', '.').replace('main.go\n', ''), '', 'gofmt would change');
  assert.equal(module.run('go', 'build', '-o', 'echo', '.'), '');
  return {
    language: 'Go',
    command: [`${module.path}/echo`],
    spelling: ({ schema }) => {
      const names = new GoNames(schema);
      return {
        field: (owner, name) => names.field(owner, name),
        typed: () => ({}),
        member: (union, member, value) => ({ [names.wrapper(union, member.name)]: value }),
        emptyByDefault: undefined,
      };
    },
    remove: () => module.remove(),
  };
}

/**
 * Reads messages (schema, length, bytes) until the input ends, and for each writes what it decoded as JSON and what it
 * encoded again, both behind their lengths.
 */
function program(schemas: readonly EchoedSchema[]): string {
  const imports = schemas.map(({ seed }) => `\t"generated-plugin/schema${seed}"`);
  const cases = schemas.map(({ seed, schema }) => {
    const stem = new GoNames(schema).stem(schema.rootType!);
    return `\tcase ${seed}:\n\t\treturn echo(message, schema${seed}.Decode${stem}, schema${seed}.Append${stem})`;
  });
  return `package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"

${imports.join('\n')}
)

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		var head [2]uint32
		if err := binary.Read(in, binary.LittleEndian, &head); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		message := make([]byte, head[1])
		if _, err := io.ReadFull(in, message); err != nil {
			panic(err)
		}
		dumped, encoded := take(head[0], message)
		for _, part := range [][]byte{dumped, encoded} {
			binary.Write(out, binary.LittleEndian, uint32(len(part)))
			out.Write(part)
		}
	}
}

func take(seed uint32, message []byte) ([]byte, []byte) {
	switch seed {
${cases.join('\n')}
	}
	panic(seed)
}

func echo[T any](message []byte, decode func([]byte) (*T, error), encode func([]byte, *T) ([]byte, error)) ([]byte, []byte) {
	value, err := decode(message)
	if err != nil {
		return []byte(fmt.Sprintf("%q", err.Error())), nil
	}
	encoded, err := encode(nil, value)
	if err != nil {
		return []byte(fmt.Sprintf("%q", err.Error())), nil
	}
	dumped, err := json.Marshal(dump(reflect.ValueOf(value)))
	if err != nil {
		panic(err)
	}
	return dumped, encoded
}

func dump(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return dump(v.Elem())
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		member := v.Elem()
		return map[string]any{member.Type().Name(): dump(member.Field(0))}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return nil
		}
		elements := make([]any, v.Len())
		for i := range elements {
			elements[i] = dump(v.Index(i))
		}
		return elements
	case reflect.Struct:
		fields := map[string]any{}
		for i := range v.NumField() {
			fields[v.Type().Field(i).Name] = dump(v.Field(i))
		}
		return fields
	case reflect.Float32, reflect.Float64:
		if math.IsNaN(v.Float()) {
			return "nan"
		}
		return fmt.Sprintf("%x", math.Float64bits(v.Float()))
	case reflect.Bool:
		return fmt.Sprint(v.Bool())
	case reflect.String:
		return v.String()
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fmt.Sprint(v.Int())
	default:
		return fmt.Sprint(v.Uint())
	}
}
`;
}
