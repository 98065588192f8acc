package story

import (
	"testing"

	"wangban/internal/english"
)

// inStories is what stands in a story, not in a report on it.
var inStories = []string{"据故事设定"}

func TestEnglish(t *testing.T) { english.Complete(t, English, inStories...) }
