package account_test

import (
	"testing"

	"wangban/internal/account"
	"wangban/internal/english"
)

func TestEnglishIsComplete(t *testing.T) { english.Complete(t, account.English) }
