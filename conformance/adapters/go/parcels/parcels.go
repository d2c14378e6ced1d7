// Package parcels builds and reads a Parcel with the classes for FlatBuffers builders, as somebody who writes such code
// would.
package parcels

import (
	"errors"

	flatbuffers "github.com/google/flatbuffers/go"

	"github.com/dlahoza/pluginart/conformance/adapters/go/generated/conformance"
)

// Build ends a parcel and returns where it lies.
func Build(b *flatbuffers.Builder, value *conformance.ParcelT) (flatbuffers.UOffsetT, error) {
	shapeType, shape, err := buildShape(b, value.Shape)
	if err != nil {
		return 0, err
	}
	text := buildText(b, value.Text)
	var label, octets flatbuffers.UOffsetT
	if value.Label != nil {
		label = buildLabel(b, value.Label)
	}
	if value.Bytes != nil {
		octets = b.CreateByteVector(value.Bytes)
	}
	numbers := buildNumbers(b, value.Numbers)
	texts := buildTexts(b, value.Strings)
	labels := buildLabels(b, value.Labels)
	points := buildPoints(b, value.Points)

	conformance.ParcelStart(b)
	conformance.ParcelAddFlag(b, value.Flag)
	conformance.ParcelAddU8(b, value.U8)
	conformance.ParcelAddI64(b, value.I64)
	conformance.ParcelAddU64(b, value.U64)
	conformance.ParcelAddF64(b, value.F64)
	conformance.ParcelAddLevel(b, value.Level)
	if value.Weight != nil {
		conformance.ParcelAddWeight(b, *value.Weight)
	}
	if value.Corner != nil {
		conformance.ParcelAddCorner(b, conformance.CreatePoint(b, value.Corner.X, value.Corner.Y))
	}
	if shape != 0 {
		conformance.ParcelAddShapeType(b, shapeType)
		conformance.ParcelAddShape(b, shape)
	}
	for _, field := range []struct {
		offset flatbuffers.UOffsetT
		add    func(*flatbuffers.Builder, flatbuffers.UOffsetT)
	}{
		{text, conformance.ParcelAddText},
		{label, conformance.ParcelAddLabel},
		{octets, conformance.ParcelAddBytes},
		{numbers, conformance.ParcelAddNumbers},
		{texts, conformance.ParcelAddStrings},
		{labels, conformance.ParcelAddLabels},
		{points, conformance.ParcelAddPoints},
	} {
		if field.offset != 0 {
			field.add(b, field.offset)
		}
	}
	return conformance.ParcelEnd(b), nil
}

// Read reads a parcel through its accessors. A vector without elements and an absent one look alike to them: both are
// left out.
func Read(parcel *conformance.Parcel) *conformance.ParcelT {
	value := &conformance.ParcelT{
		Flag: parcel.Flag(), U8: parcel.U8(), I64: parcel.I64(), U64: parcel.U64(), F64: parcel.F64(),
		Weight: parcel.Weight(), Level: parcel.Level(), Text: readText(parcel.Text()), Shape: readShape(parcel),
	}
	if corner := parcel.Corner(nil); corner != nil {
		value.Corner = readPoint(corner)
	}
	if label := parcel.Label(nil); label != nil {
		value.Label = readLabel(label)
	}
	if octets := parcel.BytesBytes(); len(octets) > 0 {
		value.Bytes = append([]byte(nil), octets...)
	}
	for index := range parcel.NumbersLength() {
		value.Numbers = append(value.Numbers, parcel.Numbers(index))
	}
	for index := range parcel.StringsLength() {
		value.Strings = append(value.Strings, string(parcel.Strings(index)))
	}
	for index := range parcel.LabelsLength() {
		label := &conformance.Label{}
		parcel.Labels(label, index)
		value.Labels = append(value.Labels, readLabel(label))
	}
	for index := range parcel.PointsLength() {
		point := &conformance.Point{}
		parcel.Points(point, index)
		value.Points = append(value.Points, *readPoint(point))
	}
	return value
}

func buildText(b *flatbuffers.Builder, text *string) flatbuffers.UOffsetT {
	if text == nil {
		return 0
	}
	return b.CreateString(*text)
}

func readText(text []byte) *string {
	if text == nil {
		return nil
	}
	value := string(text)
	return &value
}

func buildLabel(b *flatbuffers.Builder, value *conformance.LabelT) flatbuffers.UOffsetT {
	text := buildText(b, value.Text)
	conformance.LabelStart(b)
	if text != 0 {
		conformance.LabelAddText(b, text)
	}
	return conformance.LabelEnd(b)
}

func readLabel(label *conformance.Label) *conformance.LabelT {
	return &conformance.LabelT{Text: readText(label.Text())}
}

func readPoint(point *conformance.Point) *conformance.PointT {
	return &conformance.PointT{X: point.X(), Y: point.Y()}
}

func buildShape(b *flatbuffers.Builder, value conformance.ShapeT) (conformance.Shape, flatbuffers.UOffsetT, error) {
	switch value := value.(type) {
	case nil:
		return 0, 0, nil
	case conformance.ShapeLabelT:
		return conformance.ShapeLabel, buildLabel(b, value.Value), nil
	case conformance.ShapeOptionalsT:
		conformance.OptionalsStart(b)
		if value.Value.I32 != nil {
			conformance.OptionalsAddI32(b, *value.Value.I32)
		}
		return conformance.ShapeOptionals, conformance.OptionalsEnd(b), nil
	default:
		return 0, 0, errors.New("parcels that are built hold a Label or Optionals with i32")
	}
}

func readShape(parcel *conformance.Parcel) conformance.ShapeT {
	table := &flatbuffers.Table{}
	if !parcel.Shape(table) {
		return nil
	}
	if parcel.ShapeType() == conformance.ShapeLabel {
		label := &conformance.Label{}
		label.Init(table.Bytes, table.Pos)
		return conformance.ShapeLabelT{Value: readLabel(label)}
	}
	optionals := &conformance.Optionals{}
	optionals.Init(table.Bytes, table.Pos)
	return conformance.ShapeOptionalsT{Value: &conformance.OptionalsT{I32: optionals.I32()}}
}

func buildNumbers(b *flatbuffers.Builder, numbers []int64) flatbuffers.UOffsetT {
	if numbers == nil {
		return 0
	}
	conformance.ParcelStartNumbersVector(b, len(numbers))
	for index := len(numbers) - 1; index >= 0; index-- {
		b.PrependInt64(numbers[index])
	}
	return b.EndVector(len(numbers))
}

func buildTexts(b *flatbuffers.Builder, texts []string) flatbuffers.UOffsetT {
	if texts == nil {
		return 0
	}
	offsets := make([]flatbuffers.UOffsetT, len(texts))
	for index, text := range texts {
		offsets[index] = b.CreateString(text)
	}
	conformance.ParcelStartStringsVector(b, len(texts))
	return endOffsets(b, offsets)
}

func buildLabels(b *flatbuffers.Builder, labels []*conformance.LabelT) flatbuffers.UOffsetT {
	if labels == nil {
		return 0
	}
	offsets := make([]flatbuffers.UOffsetT, len(labels))
	for index, label := range labels {
		offsets[index] = buildLabel(b, label)
	}
	conformance.ParcelStartLabelsVector(b, len(labels))
	return endOffsets(b, offsets)
}

func endOffsets(b *flatbuffers.Builder, offsets []flatbuffers.UOffsetT) flatbuffers.UOffsetT {
	for index := len(offsets) - 1; index >= 0; index-- {
		b.PrependUOffsetT(offsets[index])
	}
	return b.EndVector(len(offsets))
}

func buildPoints(b *flatbuffers.Builder, points []conformance.PointT) flatbuffers.UOffsetT {
	if points == nil {
		return 0
	}
	conformance.ParcelStartPointsVector(b, len(points))
	for index := len(points) - 1; index >= 0; index-- {
		conformance.CreatePoint(b, points[index].X, points[index].Y)
	}
	return b.EndVector(len(points))
}
