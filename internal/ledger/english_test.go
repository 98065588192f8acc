package ledger

import (
	"testing"

	"wangban/internal/english"
)

func TestEnglish(t *testing.T) { english.Complete(t, English) }
