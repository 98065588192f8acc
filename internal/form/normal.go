package form

func Normal(f Field, v any) string                     { return text(v) }
func Validate(f Form, v Values, ctx Context) []Problem { return nil }
