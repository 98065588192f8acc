package casework

import _ "embed"

// English are this room's texts in English.
//
//go:embed en.yaml
var English []byte
