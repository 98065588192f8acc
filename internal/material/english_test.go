package material

import (
	"testing"

	"wangban/internal/english"
)

func TestEnglishIsComplete(t *testing.T) {
	english.Complete(t, English, "材料") // a file nobody gave a name
}
