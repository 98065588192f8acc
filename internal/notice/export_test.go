package notice

import (
	"maps"
	"slices"
)

// Texts are the SMS of notices.
func Texts() []string { return slices.Collect(maps.Values(texts)) }
