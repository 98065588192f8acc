package form

import (
	"encoding/json"
	"fmt"
)

// UnmarshalJSON reads answers back with the types that Values promises: JSON
// alone would turn files and lists into bare maps and slices.
func (v *Values) UnmarshalJSON(b []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	out := make(Values, len(raw))
	for id, r := range raw {
		value, err := decode(r)
		if err != nil {
			return fmt.Errorf("answer %s: %w", id, err)
		}
		out[id] = value
	}
	*v = out
	return nil
}

func decode(r json.RawMessage) (any, error) {
	var value any
	if err := json.Unmarshal(r, &value); err != nil {
		return nil, err
	}
	list, ok := value.([]any)
	if !ok {
		return value, nil
	}
	if len(list) > 0 {
		if record, ok := list[0].(map[string]any); ok {
			if _, file := record["hash"].(string); !file { // no sub-field is called so
				var rows []Row
				err := json.Unmarshal(r, &rows)
				return rows, err
			}
			var files []File
			err := json.Unmarshal(r, &files)
			return files, err
		}
	}
	var texts []string
	err := json.Unmarshal(r, &texts)
	return texts, err
}
