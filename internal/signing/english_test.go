package signing_test

import (
	"testing"

	"wangban/internal/english"
	"wangban/internal/signing"
)

func TestEnglishIsComplete(t *testing.T) { english.Complete(t, signing.English) }
