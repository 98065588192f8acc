package item

// Options is what the house knows and items may name; a nil list is not asked.
type Options struct {
	Effects []string
	Checks  []string
	Roles   []string
}

// Check looks for what is well written but cannot work.
func Check(it *Item, o Options) []Problem { return nil }
