/** What flatc says of layouts, as its generated C++ header spells it out. */
export interface CppLayouts {
  readonly structs: Record<string, [size: number, alignment: number]>;
  /** Vtable offsets by table and field, the field in capitals. */
  readonly tables: Record<string, Record<string, number>>;
  /** Defaults of scalars, as C++ literals, by table and field as above. */
  readonly defaults: Record<string, Record<string, string>>;
  /** `Color_Red: 1`; with the names that C++ adds, as `Color_MAX`. */
  readonly enums: Record<string, bigint>;
}

export function layoutsInCpp(header: string): CppLayouts {
  const alignments = new Map<string, number>();
  for (const [, alignment, name] of header.matchAll(
    /^FLATBUFFERS_MANUALLY_ALIGNED_STRUCT\((\d+)\) (\w+)/gm,
  )) {
    alignments.set(name ?? '', Number(alignment));
  }
  const structs: CppLayouts['structs'] = {};
  for (const [, name = '', size] of header.matchAll(/^FLATBUFFERS_STRUCT_END\((\w+), (\d+)\)/gm)) {
    structs[name] = [Number(size), alignments.get(name) ?? 0];
  }
  const tables: CppLayouts['tables'] = {};
  const defaults: CppLayouts['defaults'] = {};
  for (const [, name = '', body = ''] of header.matchAll(
    /^struct (\w+) [^\n]*flatbuffers::Table \{\n(.*?)^\};/gms,
  )) {
    const offsets = [...body.matchAll(/^ {4}VT_(\w+) = (\d+)/gm)];
    if (offsets.length > 0)
      tables[name] = Object.fromEntries(offsets.map(([, field, at]) => [field, Number(at)]));
    const values = [...body.matchAll(/GetField<\w+>\(VT_(\w+), ([^\n]*?)\)(?:\)|;| !=)/g)];
    defaults[name] = Object.fromEntries(values.map(([, field, value]) => [field, value]));
  }
  const enums: CppLayouts['enums'] = {};
  for (const [, body = ''] of header.matchAll(/^enum \w+ : \w+ \{\n(.*?)^\};/gms)) {
    for (const [, name = '', value = ''] of body.matchAll(/^ {2}(\w+) = ([-(\d][^,\n]*)/gm)) {
      enums[name] = integer(value);
    }
  }
  return { structs, tables, defaults, enums };
}

/** Of `12`, `12ULL` and `(-2147483647 - 1)`, as C++ has no literal for the least values. */
export function integer(literal: string): bigint {
  const terms = literal.replace(/[()]|U?LL/g, '').split(' - ');
  return BigInt(terms[0] ?? '') - BigInt(terms[1] ?? 0);
}
