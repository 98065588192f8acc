// Package county holds the description of the worked example that ships with
// the product: Shucheng County. It is data, never a constant in the code; an
// installation brings its own file.
package county

import _ "embed"

// Shucheng describes the example installation.
//
//go:embed shucheng.yaml
var Shucheng []byte

// DemoStaff are invented members of staff for the demo.
//
//go:embed staff-demo.yaml
var DemoStaff []byte

// DemoEntities are invented units of the demo's entity base, among them those
// of the items' examples, one that is deregistered and one that is revoked.
//
//go:embed entities-demo.csv
var DemoEntities []byte
