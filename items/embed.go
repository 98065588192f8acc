// Package items holds the service items that ship with the product, one
// folder each, as data. An installation's data folder can add or override
// them; no Go file names one.
package items

import "embed"

// Files are the shipped items.
//
//go:embed *
var Files embed.FS
