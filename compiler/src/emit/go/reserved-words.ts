/** Words of the language, and predeclared names that generated code refers to: no identifier of a package may hide them. */
export const reserved: ReadonlySet<string> = new Set(
  (
    'break case chan const continue default defer else fallthrough for func go goto if import interface map package ' +
    'range return select struct switch type var ' +
    'any append bool byte cap clear copy error false float32 float64 int int8 int16 int32 int64 iota len make max min ' +
    'new nil panic recover string true uint uint8 uint16 uint32 uint64 uintptr init main _'
  ).split(' '),
);

/** What generated files declare, or import, whatever the schema says. */
export const ownNames: readonly string[] = (
  'ContractHash Schema Client NewClient TypedClient NewTypedClient Service NewHandler CallContext callRequest ' +
  'callResponse finishCallRequest finishCallResponse call codec context flatbuffers math strconv'
).split(' ');
