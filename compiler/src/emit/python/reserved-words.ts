/** Words of the language that are no identifiers. */
export const keywords: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Builtin types that annotations of generated code name: nothing beside them may hide them. */
export const annotated: readonly string[] = 'bool bytes float int list object str tuple'.split(' ');

/** What `values.py` imports. */
export const valueImports: readonly string[] =
  'IntEnum IntFlag Sequence TypeAlias annotations dataclass field'.split(' ');

/** What members of an IntEnum cannot be called: it has these itself. */
export const enumMembers: ReadonlySet<string> = new Set(
  (
    'mro name value real imag numerator denominator conjugate bit_length bit_count to_bytes from_bytes ' +
    'as_integer_ratio is_integer'
  ).split(' '),
);

/** Names that look like digits, which linters refuse; a field that is called so keeps its name. */
export const ambiguous: readonly string[] = ['l', 'O', 'I'];

/** What Python has without an import. Local variables of generated functions do not hide it. */
export const builtins: ReadonlySet<string> = new Set(
  (
    'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod ' +
    'compile complex copyright credits delattr dict dir divmod enumerate eval exec exit filter ' +
    'float format frozenset getattr globals hasattr hash help hex id input int isinstance ' +
    'issubclass iter len license list locals map max memoryview min next object oct open ord pow ' +
    'print property quit range repr reversed round set setattr slice sorted staticmethod str sum ' +
    'super tuple type vars zip ArithmeticError AssertionError AttributeError BaseException ' +
    'BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning ' +
    'ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ' +
    'ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError ' +
    'Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning ' +
    'GeneratorExit IOError ImportError ImportWarning IndentationError IndexError InterruptedError ' +
    'IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError ' +
    'NameError NotADirectoryError NotImplemented NotImplementedError OSError OverflowError ' +
    'PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError ' +
    'ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError ' +
    'SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError ' +
    'UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning ' +
    'UserWarning ValueError Warning ZeroDivisionError'
  ).split(' '),
);
