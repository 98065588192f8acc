package item

import (
	"maps"
	"slices"
	"strings"

	"wangban/internal/form"
)

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// envNames is what conditions and messages can speak of beside answers and
// facts; see casework.Env. A name that ends with a point stands for all names
// below it.
var envNames = []string{
	"changed", "signed", "stage", "number", "case.number", "case.title", "due", "appointment", "sign_url", "case_url", "papers", "reasons", "results.",
	"paused", "extended", "consults.asked", "consults.open", "consults.agreed", "consults.disagreed",
}

// houseKinds are what they stand for, with the parts of official numbers.
var houseKinds = form.Kinds{
	"changed": form.List, "signed": form.Truth, "stage": form.Words, "number": form.Words, "case.number": form.Words, "case.title": form.Words, "due": form.Instant, "appointment": form.Instant,
	"sign_url": form.Words, "case_url": form.Words, "papers": form.Words, "reasons": form.Words, "results.": form.Any, "paused": form.Truth, "extended": form.Truth,
	"consults.asked": form.Number, "consults.open": form.Number, "consults.agreed": form.Number, "consults.disagreed": form.Number,
	"region": form.Words, "sequence": form.Words, "year": form.Words,
	"province": form.Words, "registrar": form.Words,
}

// NumberNames are what official numbers can speak of beside answers and facts:
// the region's six digits, the next number of the series with its leading
// noughts, the year of issue, the province in short (皖) and the registrar's
// letter, where the installation has one.
func NumberNames() []string {
	return []string{"region", "sequence", "year", "province", "registrar"}
}

// StaffRoles are the roles of staff that an item gives something to do.
func StaffRoles(it *Item) []string {
	roles := map[string]bool{}
	for _, s := range it.Flow.Stages {
		roles[s.By] = true
	}
	for _, a := range actsOf(it) {
		for _, role := range a.By {
			roles[role] = true
		}
	}
	delete(roles, "")
	return slices.DeleteFunc(sortedNames(roles), func(role string) bool { return slices.Contains(roleNames, role) })
}

// roleNames are those who act without holding a role of staff.
var roleNames = []string{"applicant", "signer", "visitor", "system", RoleConsulted}

// RoleConsulted is whoever works in a unit whose opinion is asked: staff, in
// whatever role.
const RoleConsulted = "consulted"

// reservedActs are done by the house itself.
var reservedActs = []string{"create", "save", "verify", "take_over", "lapse", "remind", "idle", "reveal", "draft", "remind_unit", "forget", "repin"}

// judgeable is what a reviewer can be asked to judge.
var judgeable = []string{"fields", "files", "registry"}

// judgedBeside is what a reason can be bound to beside fields: who has signed
// (see casework.JudgeSigner). The other fields of such a reason are shown beside
// the picture taken at signing.
const judgedBeside = "signer"

// nameable tells whether a dotted path is among names.
func nameable(path string, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		return path == n || strings.HasSuffix(n, ".") && strings.HasPrefix(path, n)
	})
}
