package item

import "slices"

// HouseAct is an act of the house itself (`house:` in flow.yaml), possible
// from several stages.
type HouseAct struct {
	Act
	From []string
}

// Stage finds a stage by name.
func (f Flow) Stage(name string) (Stage, bool) {
	for _, s := range f.Stages {
		if s.Name == name {
			return s, true
		}
	}
	return Stage{}, false
}

// ExOfficio tells that nobody applies: the office begins the case itself
// (依职权), because the stage in which it begins is one of staff.
func (f Flow) ExOfficio() bool {
	s, ok := f.Stage(f.Start)
	return ok && s.By != "" && !slices.Contains(roleNames, s.By)
}

// ActsThat names the acts that do something beside leading on, each once.
func (f Flow) ActsThat(does Verb) []string {
	var names []string
	for _, s := range f.Stages {
		for _, a := range s.Acts {
			if a.Does == does && !slices.Contains(names, a.Name) {
				names = append(names, a.Name)
			}
		}
	}
	return names
}

// EffectsNamed are the uses of an effect by the acts of the flow and by entering
// and leaving its stages.
func (f Flow) EffectsNamed(name string) (uses []EffectUse) {
	take := func(all []EffectUse) {
		for _, use := range all {
			if use.Name == name {
				uses = append(uses, use)
			}
		}
	}
	for _, s := range f.Stages {
		take(s.Enter)
		take(s.Leave)
		for _, a := range s.Acts {
			take(a.Effects)
		}
	}
	return uses
}

// HouseAct finds an act of the house by name.
func (f Flow) HouseAct(name string) (HouseAct, bool) {
	for _, a := range f.House {
		if a.Name == name {
			return a, true
		}
	}
	return HouseAct{}, false
}

// Titled is what people call a document of the item: the fact it stands for.
func (f Flow) Titled(document string) string {
	for _, p := range f.Protected {
		if p.Document == document {
			return p.Label
		}
	}
	return document
}

// Act finds an act by name in a stage.
func (s Stage) Act(name string) (Act, bool) {
	for _, a := range s.Acts {
		if a.Name == name {
			return a, true
		}
	}
	return Act{}, false
}
