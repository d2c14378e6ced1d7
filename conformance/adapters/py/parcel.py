"""Builds and reads a parcel with the classes for FlatBuffers builders, as somebody who writes such code would."""

from collections.abc import Callable
from typing import Any

import flatbuffers

from generated import values
from generated.fb.conformance import Label, Optionals, Parcel, Point
from generated.fb.conformance.Shape import Shape

_SCALARS = {
    "flag": Parcel.AddFlag,
    "u8": Parcel.AddU8,
    "i64": Parcel.AddI64,
    "u64": Parcel.AddU64,
    "f64": Parcel.AddF64,
    "weight": Parcel.AddWeight,
    "level": Parcel.AddLevel,
}


def build_parcel(builder: flatbuffers.Builder, value: values.ParcelT) -> int:
    """Write a parcel and return where it lies."""
    offsets: list[tuple[Callable[[Any, int], None], int]] = []
    if value.text is not None:
        offsets.append((Parcel.AddText, builder.CreateString(value.text)))
    if value.label is not None:
        offsets.append((Parcel.AddLabel, _build_label(builder, value.label)))
    if value.shape is not None:
        code, shape = _build_shape(builder, value.shape)
        offsets += [(Parcel.AddShapeType, code), (Parcel.AddShape, shape)]
    if value.bytes_ is not None:
        offsets.append((Parcel.AddBytes, builder.CreateByteVector(value.bytes_)))
    if value.numbers is not None:
        Parcel.StartNumbersVector(builder, len(value.numbers))
        for number in reversed(value.numbers):
            builder.PrependInt64(number)
        offsets.append((Parcel.AddNumbers, builder.EndVector()))
    if value.strings is not None:
        texts = [builder.CreateString(text) for text in value.strings]
        offsets.append((Parcel.AddStrings, _offsets(builder, Parcel.StartStringsVector, texts)))
    if value.labels is not None:
        labels = [_build_label(builder, label) for label in value.labels]
        offsets.append((Parcel.AddLabels, _offsets(builder, Parcel.StartLabelsVector, labels)))
    if value.points is not None:
        Parcel.StartPointsVector(builder, len(value.points))
        for point in reversed(value.points):
            Point.CreatePoint(builder, point.x, point.y)
        offsets.append((Parcel.AddPoints, builder.EndVector()))
    Parcel.Start(builder)
    for name, add_scalar in _SCALARS.items():
        scalar = getattr(value, name)
        if scalar is not None:
            add_scalar(builder, scalar)
    if value.corner is not None:
        Parcel.AddCorner(builder, Point.CreatePoint(builder, value.corner.x, value.corner.y))
    for add, offset in offsets:
        add(builder, offset)
    return Parcel.End(builder)


def read_parcel(parcel: Parcel.Parcel) -> values.ParcelT:
    """Read a parcel through its accessors. A vector without elements and an absent one look alike to them."""
    label, text = parcel.Label(), parcel.Text()
    corner = Point.Point() if parcel.Corner() is None else parcel.Corner()
    return values.ParcelT(
        flag=parcel.Flag(),
        u8=parcel.U8(),
        i64=parcel.I64(),
        u64=parcel.U64(),
        f64=parcel.F64(),
        weight=parcel.Weight(),
        level=parcel.Level(),
        text=None if text is None else text.decode(),
        corner=None if parcel.Corner() is None else _read_point(corner),
        label=None if label is None else _read_label(label),
        shape=_read_shape(parcel),
        bytes_=bytes(_listed(parcel.BytesLength(), parcel.Bytes) or ()) or None,
        numbers=_listed(parcel.NumbersLength(), parcel.Numbers),
        strings=_listed(parcel.StringsLength(), lambda n: parcel.Strings(n).decode()),
        labels=_listed(parcel.LabelsLength(), lambda n: _read_label(parcel.Labels(n))),
        points=_listed(parcel.PointsLength(), lambda n: _read_point(parcel.Points(n))),
    )


def _listed(length: int, item: Callable[[int], Any]) -> list[Any] | None:
    return [item(index) for index in range(length)] or None


def _offsets(builder: flatbuffers.Builder, start: Callable[[Any, int], int], offsets: list[int]) -> int:
    start(builder, len(offsets))
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())


def _build_label(builder: flatbuffers.Builder, value: values.LabelT) -> int:
    text = None if value.text is None else builder.CreateString(value.text)
    Label.Start(builder)
    if text is not None:
        Label.AddText(builder, text)
    return Label.End(builder)


def _read_label(label: Any) -> values.LabelT:
    text = label.Text()
    return values.LabelT(text=None if text is None else text.decode())


def _read_point(point: Any) -> values.PointT:
    return values.PointT(point.X(), point.Y())


def _build_shape(builder: flatbuffers.Builder, value: object) -> tuple[int, int]:
    if isinstance(value, values.LabelT):
        return Shape.Label, _build_label(builder, value)
    if isinstance(value, values.OptionalsT):
        Optionals.Start(builder)
        if value.i32 is not None:
            Optionals.AddI32(builder, value.i32)
        return Shape.Optionals, Optionals.End(builder)
    raise TypeError("parcels that are built hold a Label or Optionals with i32")


def _read_shape(parcel: Parcel.Parcel) -> values.LabelT | values.OptionalsT | None:
    code, table = parcel.ShapeType(), parcel.Shape()
    if code == Shape.NONE:
        return None
    if code == Shape.Label:
        label = Label.Label()
        label.Init(table.Bytes, table.Pos)
        return _read_label(label)
    optionals = Optionals.Optionals()
    optionals.Init(table.Bytes, table.Pos)
    return values.OptionalsT(i32=optionals.I32())
