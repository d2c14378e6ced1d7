import type { Builder } from 'flatbuffers';
import { Label } from './generated/host/conformance/label.ts';
import { Optionals } from './generated/host/conformance/optionals.ts';
import { Parcel } from './generated/host/conformance/parcel.ts';
import { Point } from './generated/host/conformance/point.ts';
import { Shape } from './generated/host/conformance/shape.ts';
import type { ParcelInit, ParcelT } from './generated/host/values.ts';

/** Builds a parcel with the classes for FlatBuffers builders, as somebody who writes such code would. */
export function buildParcel(builder: Builder, value: ParcelInit): number {
  const text = value.text === undefined ? 0 : builder.createString(value.text);
  const label = value.label === undefined ? 0 : buildLabel(builder, value.label);
  const shape = value.shape === undefined ? undefined : buildShape(builder, value.shape);
  const bytes = value.bytes === undefined ? 0 : Parcel.createBytesVector(builder, value.bytes);
  const numbers = value.numbers === undefined ? 0 : Parcel.createNumbersVector(builder, value.numbers);
  const strings =
    value.strings === undefined
      ? 0
      : Parcel.createStringsVector(
          builder,
          value.strings.map((item) => builder.createString(item)),
        );
  const labels =
    value.labels === undefined
      ? 0
      : Parcel.createLabelsVector(
          builder,
          value.labels.map((item) => buildLabel(builder, item)),
        );
  let points = 0;
  if (value.points !== undefined) {
    Parcel.startPointsVector(builder, value.points.length);
    for (const { x, y } of value.points.toReversed()) Point.createPoint(builder, x, y);
    points = builder.endVector();
  }
  Parcel.startParcel(builder);
  if (value.flag !== undefined) Parcel.addFlag(builder, value.flag);
  if (value.u8 !== undefined) Parcel.addU8(builder, value.u8);
  if (value.i64 !== undefined) Parcel.addI64(builder, value.i64);
  if (value.u64 !== undefined) Parcel.addU64(builder, value.u64);
  if (value.f64 !== undefined) Parcel.addF64(builder, value.f64);
  if (value.weight !== undefined) Parcel.addWeight(builder, value.weight);
  if (value.level !== undefined) Parcel.addLevel(builder, value.level);
  if (text !== 0) Parcel.addText(builder, text);
  if (value.corner !== undefined)
    Parcel.addCorner(builder, Point.createPoint(builder, value.corner.x, value.corner.y));
  if (label !== 0) Parcel.addLabel(builder, label);
  if (shape !== undefined) {
    Parcel.addShapeType(builder, shape.type);
    Parcel.addShape(builder, shape.offset);
  }
  if (bytes !== 0) Parcel.addBytes(builder, bytes);
  if (numbers !== 0) Parcel.addNumbers(builder, numbers);
  if (strings !== 0) Parcel.addStrings(builder, strings);
  if (labels !== 0) Parcel.addLabels(builder, labels);
  if (points !== 0) Parcel.addPoints(builder, points);
  return Parcel.endParcel(builder);
}

/** Reads a parcel through its accessors. A vector without elements and an absent one look alike to them: both are left out. */
export function readParcel(parcel: Parcel): ParcelT {
  const corner = parcel.corner();
  const text = parcel.text();
  const weight = parcel.weight();
  const label = parcel.label();
  const bytes = parcel.bytesArray();
  return {
    flag: parcel.flag(),
    u8: parcel.u8(),
    i64: parcel.i64(),
    u64: parcel.u64(),
    f64: parcel.f64(),
    level: parcel.level(),
    ...(weight !== null && { weight }),
    ...(text !== null && { text }),
    ...(corner !== null && { corner: { x: corner.x(), y: corner.y() } }),
    ...(label !== null && { label: readLabel(label) }),
    ...(parcel.shapeType() !== Shape.NONE && { shape: readShape(parcel) }),
    ...(bytes !== null && bytes.length > 0 && { bytes: bytes.slice() }),
    ...listed('numbers', parcel.numbersLength(), (index) => parcel.numbers(index) as bigint),
    ...listed('strings', parcel.stringsLength(), (index) => parcel.strings(index)),
    ...listed('labels', parcel.labelsLength(), (index) => readLabel(parcel.labels(index) as Label)),
    ...listed('points', parcel.pointsLength(), (index) => {
      const point = parcel.points(index) as Point;
      return { x: point.x(), y: point.y() };
    }),
  };
}

function listed<Key extends string, Item>(
  key: Key,
  length: number,
  item: (index: number) => Item,
): { [key in Key]?: Item[] } {
  if (length === 0) return {};
  return { [key]: Array.from({ length }, (_, index) => item(index)) } as { [key in Key]: Item[] };
}

function buildLabel(builder: Builder, { text }: { text?: string | undefined }): number {
  const offset = text === undefined ? 0 : builder.createString(text);
  Label.startLabel(builder);
  if (offset !== 0) Label.addText(builder, offset);
  return Label.endLabel(builder);
}

function readLabel(label: Label): { text?: string } {
  const text = label.text();
  return text === null ? {} : { text };
}

type ShapeValue = NonNullable<ParcelInit['shape']>;

function buildShape(builder: Builder, shape: ShapeValue): { type: Shape; offset: number } {
  switch (shape.type) {
    case 'Label':
      return { type: Shape.Label, offset: buildLabel(builder, shape.value) };
    case 'Optionals': {
      Optionals.startOptionals(builder);
      if (shape.value.i32 !== undefined) Optionals.addI32(builder, shape.value.i32);
      return { type: Shape.Optionals, offset: Optionals.endOptionals(builder) };
    }
    default:
      throw new Error('parcels that are built hold a Label or Optionals with i32');
  }
}

function readShape(parcel: Parcel): ShapeValue {
  if (parcel.shapeType() === Shape.Label)
    return { type: 'Label', value: readLabel(parcel.shape(new Label()) as Label) };
  const i32 = (parcel.shape(new Optionals()) as Optionals).i32();
  return { type: 'Optionals', value: i32 === null ? {} : { i32 } };
}
