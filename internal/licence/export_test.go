package licence

// Statement is the question that List asks the database.
func (r *Room) Statement(q Query) (string, []any) { return r.statement(q, isCode(q.Text)) }
