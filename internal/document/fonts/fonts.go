// Package fonts holds the typeface of every document: Noto Sans SC Regular
// (SIL Open Font License 1.1, see OFL.txt), with the rare characters that
// people's names contain.
package fonts

import _ "embed"

// Sans is the font file (TrueType).
//
//go:embed NotoSansSC-Regular.ttf
var Sans []byte
