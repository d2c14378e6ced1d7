"""The messages that are measured, as our values and as the official ones."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any

import flatbuffers  # type: ignore[import-untyped]

from .generated import codecs, values

_WORDS = ["alpha", "mons", "jovian", "periapsis", "Ganymede-IV", "a distant object", "x"]


@dataclass(frozen=True)
class Duel:
    """Two ways to do one thing; each does it once when called."""

    what: str
    bytes: int
    """Of the encoded message, as we write it."""
    ours: Callable[[], object]
    official: Callable[[], object]


def catalogue(size: int) -> values.StoreRequestT:
    """A message with a bit of everything."""
    return values.StoreRequestT(
        title="A catalogue of bodies",
        revision=7,
        bodies=[
            values.BodyT(
                id=n * 1_000_003,
                name=f"Body number {n} of {_WORDS[n % len(_WORDS)]}",
                kind=values.Kind(n % 4),
                position=values.PositionT(n * 1.5, -n / 3, 1e6 / (n + 1)),
                mass=n * 1e24,
                radius=n * 0.5,
                visible=n % 3 != 0,
                tags=[_WORDS[(n + each) % len(_WORDS)] for each in (0, 2, 3)],
                spectrum=[each / 2 + n for each in range(16)],
                counts=[each * n for each in range(16)],
                thumbnail=bytes([n % 256]) * 32,
                owner=values.OwnerT(name=f"Owner {n}", email=f"owner{n}@example.org", since=1_700_000_000_000 + n),
            )
            for n in range(size)
        ],
    )


def _official(value: object) -> Any:
    """The same value as an object of the official object API, whose attributes are called alike."""
    if isinstance(value, (list, bytes)):
        return [_official(each) for each in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    name = type(value).__name__
    made = getattr(import_module(f"bench.codec.{name[:-1]}"), name)()
    for field in fields(value):  # type: ignore[arg-type]
        setattr(made, field.name, _official(getattr(value, field.name)))
    return made


def _duels_of(name: str, value: Any, encode: Callable[[Any], bytes], decode: Callable[[bytes], object]) -> list[Duel]:
    table = type(value).__name__[:-1]
    counterpart = _official(value)
    accessor = getattr(import_module(f"bench.codec.{table}"), table)
    plain = getattr(import_module(f"bench.codec.{table}"), f"{table}T")

    def encode_officially() -> bytes:
        builder = flatbuffers.Builder(1024)
        builder.Finish(counterpart.Pack(builder))
        return bytes(builder.Output())

    def decode_officially() -> object:
        return plain.InitFromObj(accessor.GetRootAs(official_bytes, 0))

    ours, official_bytes = encode(value), encode_officially()
    # Each reads what the other wrote, so both do the same work.
    if decode(official_bytes) != value or decode(ours) != value:
        raise AssertionError(f"{name}: the official bytes are another value")
    return [
        Duel(f"encode {name}", len(ours), lambda: encode(value), encode_officially),
        Duel(f"decode {name}", len(ours), lambda: decode(ours), decode_officially),
    ]


def duels() -> list[Duel]:
    """A short string, and tables, vectors and strings of about 10 and 100 KB."""
    small = values.EchoRequestT(input="Hello, plugins!")
    found = _duels_of("small", small, codecs.encode_echo_request, codecs.decode_echo_request)
    for size in (25, 250):
        large = catalogue(size)
        found += _duels_of(f"{size} bodies", large, codecs.encode_store_request, codecs.decode_store_request)
    return found
