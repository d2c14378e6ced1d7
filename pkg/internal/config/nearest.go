package config

// nearest is the name that takes the fewest edits to reach, the first of several; none where all take more than limit.
func nearest(word string, names []string, limit int) (name string, found bool) {
	for _, candidate := range names {
		if edits := editDistance(word, candidate); edits <= limit {
			limit = edits - 1
			name, found = candidate, true
		}
	}
	return name, found
}

// editDistance counts the insertions, deletions and replacements between two words.
func editDistance(from, to string) int {
	source, target := []rune(from), []rune(to)
	row := make([]int, len(target)+1)
	for column := range row {
		row[column] = column
	}
	for line := 1; line <= len(source); line++ {
		diagonal := row[0]
		row[0] = line
		for column := 1; column <= len(target); column++ {
			edits := diagonal
			if source[line-1] != target[column-1] {
				edits++
			}
			diagonal = row[column]
			row[column] = min(edits, row[column]+1, row[column-1]+1)
		}
	}
	return row[len(target)]
}
