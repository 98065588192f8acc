package rating

import (
	"maps"
	"slices"
)

// Texts are the messages of the room: nobody reads them in English.
func Texts() []string { return slices.Collect(maps.Values(texts)) }
