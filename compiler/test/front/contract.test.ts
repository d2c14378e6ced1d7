/** Methods, declared in either way, and what is wrong with them. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { TableDef, UnionDef } from '../../src/model.ts';
import { errorsIn, schemaOf, warningsIn } from './load-text.ts';

const tables =
  'table EchoRequest { s: string; } table EchoResponse { s: string; } table SumRequest {} table SumResponse {}';
const callRequest =
  'table CallRequest { request_id: uint64; deadline_unix_ms: int64; trace_id: string; span_id: string; payload: RequestPayload; }';
const callResponse = 'table CallResponse { request_id: uint64; payload: ResponsePayload; }';
const unions =
  'union RequestPayload { EchoRequest, SumRequest } union ResponsePayload { EchoResponse, SumResponse }';
const inUnions = `namespace a.echo;\n${tables}\n${unions}\n${callRequest}\n${callResponse}\nroot_type CallRequest;`;
const service = `namespace a.echo;\n${tables}\nrpc_service Echoes { Echo(EchoRequest): EchoResponse; Sum(SumRequest): SumResponse; }`;

const layout = ({ fields }: TableDef) =>
  fields.map(({ name, slot, type, default: value }) => [
    name,
    slot,
    type.kind === 'scalar' ? type.scalar : type.kind,
    value,
  ]);
const members = ({ members }: UnionDef) =>
  members.map(({ name, code, type }) => [name, code, type.kind === 'table' ? type.table.name : type.kind]);

test('a schema that declares nothing to call has no contract', () => {
  assert.equal(schemaOf('table A {} root_type A;').contract, undefined);
  assert.equal(schemaOf('table CallRequest { x: int; }').contract, undefined);
});

test('the contract hash is of the bytes of the root file', () => {
  for (const text of [service, `\ufeff${service}`, service.replaceAll('\n', '\r\n')]) {
    const { contractHash, text: kept } = schemaOf(text);
    assert.equal(contractHash, `sha256:${createHash('sha256').update(text).digest('hex')}`);
    assert.equal(kept, text);
  }
});

test('both ways give the same envelope', () => {
  const first = schemaOf(inUnions).contract;
  const second = schemaOf(service).contract;
  assert.ok(first !== undefined && second !== undefined);
  assert.deepEqual(layout(second.callRequest), layout(first.callRequest));
  assert.deepEqual(layout(second.callResponse), layout(first.callResponse));
  assert.deepEqual(members(second.requestPayload), members(first.requestPayload));
  assert.deepEqual(members(second.responsePayload), members(first.responsePayload));
  const methods = [first, second].map((contract) =>
    contract.methods.map(({ name, code, responseCode, request, response }) => [
      name,
      code,
      responseCode,
      request.name,
      response.name,
    ]),
  );
  assert.deepEqual(methods[0], [
    ['Echo', 1, 1, 'EchoRequest', 'EchoResponse'],
    ['Sum', 2, 2, 'SumRequest', 'SumResponse'],
  ]);
  assert.deepEqual(methods[1], methods[0]);
  assert.deepEqual([first.name, first.style, first.namespace], ['echo', 'unions', ['a', 'echo']]);
  assert.deepEqual([second.name, second.style, second.namespace], ['Echoes', 'service', ['a', 'echo']]);
});

describe('a service', () => {
  test('supplies its envelope among the definitions, marked', () => {
    const schema = schemaOf(service);
    const names = (list: readonly { name: string; synthetic: boolean }[]) =>
      list.filter(({ synthetic }) => synthetic).map(({ name }) => name);
    assert.deepEqual(names(schema.tables), ['CallRequest', 'CallResponse']);
    assert.deepEqual(names(schema.unions), ['RequestPayload', 'ResponsePayload']);
    assert.equal(schema.rootType, undefined);
  });

  test('one table may serve several methods', () => {
    const { contract } = schemaOf('namespace n; table A {} rpc_service S { Get(A): A; Put(A): A; }');
    assert.deepEqual(contract && members(contract.requestPayload), [
      ['GetRequest', 1, 'A'],
      ['PutRequest', 2, 'A'],
    ]);
    assert.deepEqual(contract && members(contract.responsePayload), [
      ['GetResponse', 1, 'A'],
      ['PutResponse', 2, 'A'],
    ]);
  });

  test('streaming, idempotent and doc comments', () => {
    const { contract } = schemaOf(`namespace n; table A {}
/// The service.
rpc_service S {
  /// The first.
  a(A): A (idempotent);
  b(A): A (streaming: "client");
  c(A): A (streaming: "server", idempotent);
  d(A): A (streaming: "bidi");
  e(A): A (streaming: "both");
}`);
    assert.deepEqual(contract?.doc, ['The service.']);
    assert.deepEqual(
      contract?.methods.map(({ streaming, idempotent }) => [streaming, idempotent]),
      [
        ['none', true],
        ['client', false],
        ['server', true],
        ['both', false],
        ['both', false],
      ],
    );
    assert.deepEqual(contract?.methods[0]?.doc, ['The first.']);
    assert.deepEqual(contract?.methods[1]?.place, { file: 'main.fbs', line: 6, column: 3 });
  });

  test('its names are taken', () => {
    assert.deepEqual(
      errorsIn('namespace n; table A {} struct CallRequest { x: int; } rpc_service S { M(A): A; }'),
      [
        '1:32 `n.CallRequest` cannot be defined beside the rpc_service `S`, which supplies its own `CallRequest` | ' +
          'declare the methods in one way: keep the rpc_service and remove this, or the other way round',
      ],
    );
    assert.equal(errorsIn(`${inUnions} rpc_service S { M(EchoRequest): EchoResponse; }`).length, 4);
    assert.ok(
      schemaOf('namespace m; table CallRequest {} namespace n; table A {} rpc_service S { M(A): A; }')
        .contract,
    );
  });

  test('at most 255 methods', () => {
    const many = (count: number) =>
      `namespace n; table A {} rpc_service S { ${Array.from({ length: count }, (_, i) => `M${i}(A): A;`).join(' ')} }`;
    assert.equal(schemaOf(many(255)).contract?.methods.at(-1)?.code, 255);
    assert.deepEqual(errorsIn(many(256)), ['1:37 256 methods: the most is 255 | a type code is one byte']);
  });

  test('one a schema, with a namespace, and names that differ in more than the first letter', () => {
    assert.deepEqual(
      errorsIn('table A {} rpc_service S { Get(A): A; get(A): A; } rpc_service R { M(A): A; }').map(
        (error) => error.split(' | ')[0],
      ),
      [
        '1:24 a schema with methods needs a namespace',
        '1:39 the methods `Get` and `get` differ only in the case of the first letter',
        '1:64 a schema has one rpc_service, and `R` comes after `S`',
      ],
    );
  });
});

describe('the unions', () => {
  const replaced = (from: string, to: string) => errorsIn(inUnions.replace(from, to));

  test('answers are found by name: their codes may differ', () => {
    const { contract } = schemaOf(
      inUnions.replace('{ EchoResponse, SumResponse }', '{ SumResponse = 7, EchoResponse = 9 }'),
    );
    assert.deepEqual(
      contract?.methods.map(({ name, code, responseCode }) => [name, code, responseCode]),
      [
        ['Echo', 1, 9],
        ['Sum', 2, 7],
      ],
    );
  });

  test('methods are named by aliases, too, and have the doc of the member or the table', () => {
    const { contract } = schemaOf(`namespace n;
/// Of the table.
table Text {}
union RequestPayload {
  ARequest: Text,
  /// Of the member.
  BRequest: Text
}
union ResponsePayload { AResponse: Text, BResponse: Text }
${callRequest} ${callResponse} root_type CallRequest;`);
    assert.deepEqual(
      contract?.methods.map(({ name, doc, place }) => [name, doc, place.line]),
      [
        ['A', ['Of the table.'], 5],
        ['B', ['Of the member.'], 7],
      ],
    );
  });

  test('a request needs its answer, and an answer its request', () => {
    assert.deepEqual(
      replaced('{ EchoResponse, SumResponse }', '{ EchoResponse, SunResponse: SumResponse }'),
      [
        '3:37 the method `Sum` has no answer: `ResponsePayload` has no member `SumResponse` | did you mean `SunResponse`?',
        '3:88 `SunResponse` answers no method: `RequestPayload` has no member `SunRequest` | add `SunRequest` to `RequestPayload`, or take this out',
      ],
    );
    assert.deepEqual(
      replaced('{ EchoRequest, SumRequest }', '{ EchoRequest, SumQuery: SumRequest }').map(
        (error) => error.split(' | ')[0],
      ),
      [
        '3:37 the member `SumQuery` of `RequestPayload` names no method: its name must be one with `Request` after it',
        '3:98 `SumResponse` answers no method: `RequestPayload` has no member `SumRequest`',
      ],
    );
    assert.deepEqual(
      replaced('SumRequest }', 'SumRequest: string }').map((error) => error.split(' | ')[0]),
      ['3:37 a method takes and gives tables, and `SumRequest` is a string'],
    );
  });

  test('a member that is wrong in itself is not missed', () => {
    assert.deepEqual(replaced('SumRequest }', 'SumRequest: Nope }'), ['3:49 there is no type `Nope`']);
    assert.deepEqual(replaced('SumResponse }', '= }').length, 1);
  });

  test('the fields of the envelope have their types', () => {
    assert.deepEqual(
      replaced(
        callRequest,
        'table CallRequest { request_id: uint32; deadline_unix_ms: uint64; trace_id: [ubyte]; span: string; payload: EchoRequest; }',
      ),
      [
        '4:21 `CallRequest.request_id` must be `uint64` | write `request_id: uint64;`',
        '4:41 `CallRequest.deadline_unix_ms` must be `int64` | write `deadline_unix_ms: int64;`',
        '4:67 `CallRequest.trace_id` must be a string | write `trace_id: string;`',
        '4:100 `CallRequest.payload` must be a union | write `payload: RequestPayload;`',
      ],
    );
    assert.deepEqual(replaced(callRequest, 'table CallRequest { id: uint64; }'), [
      '4:7 `CallRequest` has no field `request_id` | write `request_id: uint64;`',
      '4:7 `CallRequest` has no field `payload` | write `payload: RequestPayload;`',
    ]);
    assert.deepEqual(
      replaced(
        'request_id: uint64; deadline_unix_ms: int64;',
        'request_id: uint64 = 1; deadline_unix_ms: int64 = null;',
      ),
      [
        '4:21 `CallRequest.request_id` cannot have a default of its own | write `request_id: uint64;`',
        '4:45 `CallRequest.deadline_unix_ms` cannot have a default of its own | write `deadline_unix_ms: int64;`',
      ],
    );
    assert.deepEqual(
      replaced(
        'trace_id: string; span_id: string;',
        'trace_id: string (required); span_id: string (deprecated);',
      ),
      [
        '4:66 `CallRequest.trace_id` cannot be `required` | a call without a trace does not have it',
        '4:95 `CallRequest.span_id` cannot be `deprecated` | take the field out if nobody reads it',
      ],
    );
    assert.match(
      replaced('payload: ResponsePayload;', 'payload: ResponsePayload; extra: string (required);')[0] ?? '',
      /has no value to put there/,
    );
    assert.match(
      warningsIn(inUnions.replace('payload: ResponsePayload;', 'payload: ResponsePayload; extra: int;'))[0] ??
        '',
      /is not filled in/,
    );
  });

  test('what is missing from the envelope is named', () => {
    assert.deepEqual(replaced('root_type CallRequest;', ''), [
      '4:7 there is no root_type | the calls are the messages: write `root_type CallRequest;`',
    ]);
    assert.deepEqual(replaced('root_type CallRequest;', 'root_type EchoRequest;'), [
      '6:11 the root_type is not `CallRequest` | the calls are the messages: write `root_type CallRequest;`',
    ]);
    assert.deepEqual(replaced(callResponse, ''), [
      '4:7 the table `CallResponse`, which carries the answers, is missing | ' +
        'write `table CallResponse { request_id: uint64; payload: ResponsePayload; }` beside `CallRequest`',
    ]);
    assert.match(
      errorsIn(inUnions.replace(callRequest, '').replace('root_type CallRequest;', ''))[0] ?? '',
      /^5:7 the table `CallRequest`, .* is missing/,
    );
    assert.match(replaced('namespace a.echo;', '')[0] ?? '', /^4:7 a schema with methods needs a namespace/);
  });
});
