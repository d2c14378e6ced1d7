// Package report prints figures.
package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Table is columns side by side, the first to the left and the others to the right, under a line of headings.
func Table(headings []string, rows [][]string) string {
	widths := make([]int, len(headings))
	for _, row := range append([][]string{headings}, rows...) {
		for column, cell := range row {
			widths[column] = max(widths[column], utf8.RuneCountInString(cell))
		}
	}
	rules := make([]string, len(headings))
	for column, width := range widths {
		rules[column] = strings.Repeat("-", width)
	}
	var text strings.Builder
	for _, row := range append([][]string{headings, rules}, rows...) {
		cells := make([]string, len(row))
		for column, cell := range row {
			gap := strings.Repeat(" ", widths[column]-utf8.RuneCountInString(cell))
			if column == 0 {
				cells[column] = cell + gap
			} else {
				cells[column] = gap + cell
			}
		}
		text.WriteString(strings.TrimRight(strings.Join(cells, "  "), " ") + "\n")
	}
	return text.String()
}

// Whole is 1,234.
func Whole(value float64) string {
	digits := strconv.FormatFloat(value, 'f', 0, 64)
	for at := len(digits) - 3; at > 0 && digits[at-1] != '-'; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// ThreeDigits is 1.18, 24.3, 1,311.
func ThreeDigits(value float64) string {
	switch {
	case value >= 100 || value <= -100:
		return Whole(value)
	case value >= 10 || value <= -10:
		return fmt.Sprintf("%.1f", value)
	case value >= 1 || value <= -1:
		return fmt.Sprintf("%.2f", value)
	}
	return fmt.Sprintf("%.3f", value)
}

// Duration is 24.3 µs, 1.53 ms.
func Duration(duration time.Duration) string {
	if duration < time.Millisecond {
		return ThreeDigits(float64(duration)/1e3) + " µs"
	}
	return ThreeDigits(float64(duration)/1e6) + " ms"
}

// Bytes is 12 B, 3.4 KiB, 1.2 MiB, with a sign where it is negative.
func Bytes(value float64) string {
	size := max(value, -value)
	switch {
	case size < 1<<10:
		return fmt.Sprintf("%.0f B", value)
	case size < 1<<20:
		return fmt.Sprintf("%.1f KiB", value/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", value/(1<<20))
}

// Median is the middle of the values; of an even number of them, the mean of the two in the middle. 0 for none.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
