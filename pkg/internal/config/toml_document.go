package config

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

type kind int

const (
	kindTable kind = iota
	kindList
	kindText
	kindNumber
	kindBoolean
	kindDate
)

// node is one value of a TOML document with the place where it stands.
type node struct {
	kind kind
	// place is where the value stands; keyPlace where the key does, for elements of lists the same.
	place    Place
	keyPlace Place
	text     string
	number   float64
	boolean  bool
	list     []*node
	// keys are those of table in the order of the file.
	keys  []string
	table map[string]*node
}

// at is the value of a key; nil where n is no table, or has no such key.
func (n *node) at(key string) *node {
	if n == nil {
		return nil
	}
	return n.table[key]
}

// textAt is the string at a key, empty where there is none.
func (n *node) textAt(key string) string {
	if value := n.at(key); value != nil && value.kind == kindText {
		return value.text
	}
	return ""
}

// syntaxError is a text that is no TOML.
type syntaxError struct {
	message string
	place   Place
}

// parseTOML gives the values of a document, or its first fault: what follows it could not be understood anyway.
func parseTOML(text []byte) (*node, *syntaxError) {
	reader := &documentReader{text: text}
	// The decoder knows the rules across lines, such as that no key comes twice; the parser knows the places.
	var values map[string]any
	if err := toml.Unmarshal(text, &values); err != nil {
		return nil, reader.describe(err)
	}
	reader.parser.Reset(text)
	root := newTable(Place{Line: 1, Column: 1})
	current := root
	for reader.parser.NextExpression() {
		switch expression := reader.parser.Expression(); expression.Kind {
		case unstable.Table, unstable.ArrayTable:
			current = reader.openTable(root, expression)
		case unstable.KeyValue:
			reader.readKeyValue(current, expression)
		}
	}
	if err := reader.parser.Error(); err != nil {
		return nil, reader.describe(err)
	}
	return root, nil
}

type documentReader struct {
	text   []byte
	parser unstable.Parser
}

func (r *documentReader) describe(err error) *syntaxError {
	place := Place{Line: 1, Column: 1}
	if decodeError, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := decodeError.Position()
		place = r.placeIn(line, column)
	}
	return &syntaxError{message: strings.TrimPrefix(err.Error(), "toml: "), place: place}
}

// openTable goes to the table that `[a.b]` or `[[a.b]]` begins.
func (r *documentReader) openTable(root *node, expression *unstable.Node) *node {
	names := keyNodes(expression)
	at := root
	header := r.placeOf(r.headerOffset(names[0]))
	for index, name := range names {
		key := string(name.Data)
		isLast := index == len(names)-1
		child := at.table[key]
		if child == nil {
			child = newTable(header)
			if isLast && expression.Kind == unstable.ArrayTable {
				child = &node{kind: kindList, place: header}
			}
			child.keyPlace = r.placeOf(int(name.Raw.Offset))
			at.add(key, child)
		}
		if isLast && expression.Kind == unstable.ArrayTable {
			child.list = append(child.list, newTable(header))
		}
		at = lastElement(child)
	}
	return at
}

// headerOffset is where the brackets before the first name of a table's header begin.
func (r *documentReader) headerOffset(first *unstable.Node) int {
	return bytes.LastIndexByte(r.text[:first.Raw.Offset], '\n') + 1 + indent(r.text, int(first.Raw.Offset))
}

// indent is how far into its line the line's first character that is no space stands.
func indent(text []byte, offset int) int {
	line := text[bytes.LastIndexByte(text[:offset], '\n')+1:]
	return len(line) - len(bytes.TrimLeft(line, " \t"))
}

func (r *documentReader) readKeyValue(table *node, expression *unstable.Node) {
	names := keyNodes(expression)
	last := names[len(names)-1]
	for _, name := range names[:len(names)-1] {
		key := string(name.Data)
		child := table.table[key]
		if child == nil {
			child = newTable(r.placeOf(int(names[0].Raw.Offset)))
			child.keyPlace = r.placeOf(int(name.Raw.Offset))
			table.add(key, child)
		}
		table = lastElement(child)
	}
	value := r.readValue(expression.Value(), r.placeOf(r.valueOffset(last)))
	value.keyPlace = r.placeOf(int(last.Raw.Offset))
	table.add(string(last.Data), value)
}

// valueOffset is where the value behind a key and its equals sign begins.
func (r *documentReader) valueOffset(key *unstable.Node) int {
	offset := int(key.Raw.Offset + key.Raw.Length)
	for offset < len(r.text) && strings.IndexByte(" \t=", r.text[offset]) >= 0 {
		offset++
	}
	return offset
}

func (r *documentReader) readValue(value *unstable.Node, place Place) *node {
	read := &node{place: place}
	switch value.Kind {
	case unstable.String:
		read.kind, read.text = kindText, string(value.Data)
	case unstable.Bool:
		read.kind, read.boolean = kindBoolean, string(value.Data) == "true"
	case unstable.Integer, unstable.Float:
		read.kind, read.number = kindNumber, parseNumber(string(value.Data))
	case unstable.Array:
		read.kind = kindList
		for element := value.Child(); element.Valid(); element = element.Next() {
			if element.Kind == unstable.Comment {
				continue
			}
			at := place
			// Lists within lists have no place of their own.
			if element.Kind != unstable.Array {
				at = r.placeOf(int(element.Raw.Offset))
			}
			child := r.readValue(element, at)
			child.keyPlace = at
			read.list = append(read.list, child)
		}
	case unstable.InlineTable:
		read = newTable(place)
		for entry := value.Child(); entry.Valid(); entry = entry.Next() {
			if entry.Kind == unstable.KeyValue {
				r.readKeyValue(read, entry)
			}
		}
	default:
		read.kind = kindDate
	}
	return read
}

// parseNumber reads what the decoder has found to be a number already.
func parseNumber(text string) float64 {
	if integer, err := strconv.ParseInt(text, 0, 64); err == nil {
		return float64(integer)
	}
	number, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil {
		return math.NaN()
	}
	return number
}

func newTable(place Place) *node {
	return &node{kind: kindTable, place: place, keyPlace: place, table: map[string]*node{}}
}

func (n *node) add(key string, child *node) {
	n.keys = append(n.keys, key)
	n.table[key] = child
}

// lastElement is the table that a name stands for: of a list of tables the last.
func lastElement(n *node) *node {
	if n.kind == kindList && len(n.list) > 0 {
		return n.list[len(n.list)-1]
	}
	return n
}

func keyNodes(expression *unstable.Node) []*unstable.Node {
	var names []*unstable.Node
	for iterator := expression.Key(); iterator.Next(); {
		names = append(names, iterator.Node())
	}
	return names
}

func (r *documentReader) placeOf(offset int) Place {
	before := r.text[:offset]
	line := bytes.Count(before, []byte{'\n'}) + 1
	return r.placeIn(line, offset-(bytes.LastIndexByte(before, '\n')+1)+1)
}

// placeIn turns a column that counts bytes into one that counts UTF-16 units.
func (r *documentReader) placeIn(line, column int) Place {
	rest := r.text
	for range line - 1 {
		_, after, found := bytes.Cut(rest, []byte{'\n'})
		if !found {
			break
		}
		rest = after
	}
	units := 0
	for before := rest[:max(min(column-1, len(rest)), 0)]; len(before) > 0; {
		char, size := utf8.DecodeRune(before)
		units += max(utf16.RuneLen(char), 1)
		before = before[size:]
	}
	return Place{Line: line, Column: units + 1}
}
