package flow

import (
	"encoding/json"
	"maps"
	"slices"
)

// nearest returns the name that a misspelled one certainly means: one or two slips away,
// of names that are long enough for that to be no chance; of three letters, with two
// neighbors swapped. "" where there is none.
func nearest(name string, names []string) string {
	best, least := "", 3
	for _, known := range slices.Sorted(slices.Values(names)) {
		most := 2
		switch n := min(len(name), len(known)); {
		case n < 3 || n == 3 && !sameLetters(name, known):
			continue
		case n < 6:
			most = 1
		}
		if d := slips(name, known); d <= most && d < least {
			best, least = known, d
		}
	}
	return best
}

func sameLetters(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// slips counts the letters that must be put in, taken out, changed or swapped with the
// next to make one name of another; more than 2 count as 3.
func slips(a, b string) int {
	if max(len(a), len(b))-min(len(a), len(b)) > 2 {
		return 3
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], 3)
}

// inputNames are the inputs that a flow says it has; none where a preprocessor makes
// them, or where it says nothing.
func inputNames(f *Flow) []string {
	if f.Value.PreprocessorModule != nil {
		return nil
	}
	var schema struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(f.Schema, &schema) != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(schema.Properties))
}
