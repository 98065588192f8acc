package pdf

import (
	"bytes"
	"strconv"
)

// lexer reads objects from text.
type lexer struct {
	data []byte
	pos  int
}

const delimiters = "()<>[]{}/%"

func space(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func (l *lexer) skip() {
	for l.pos < len(l.data) {
		switch c := l.data[l.pos]; {
		case space(c):
			l.pos++
		case c == '%':
			for l.pos < len(l.data) && l.data[l.pos] != '\n' && l.data[l.pos] != '\r' {
				l.pos++
			}
		default:
			return
		}
	}
}

func (l *lexer) peek() byte {
	l.skip()
	if l.pos < len(l.data) {
		return l.data[l.pos]
	}
	return 0
}

func (l *lexer) token() string {
	l.skip()
	from := l.pos
	for l.pos < len(l.data) && !space(l.data[l.pos]) && bytes.IndexByte([]byte(delimiters), l.data[l.pos]) < 0 {
		l.pos++
	}
	return string(l.data[from:l.pos])
}

// word reads a word if it comes next.
func (l *lexer) word(w string) bool {
	back := l.pos
	if l.token() == w {
		return true
	}
	l.pos = back
	return false
}

func (l *lexer) integer() (int, bool) {
	back := l.pos
	n, err := strconv.Atoi(l.token())
	if err != nil {
		l.pos = back
	}
	return n, err == nil
}

func (l *lexer) object(depth int) (any, error) {
	if depth > 60 {
		return nil, damaged("objects within objects without end")
	}
	switch c := l.peek(); c {
	case '/':
		l.pos++
		return l.name(), nil
	case '(':
		return l.literal()
	case '[':
		l.pos++
		list := Array{}
		for l.peek() != ']' {
			v, err := l.object(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		l.pos++
		return list, nil
	case '<':
		if bytes.HasPrefix(l.data[l.pos:], []byte("<<")) {
			l.pos += 2
			return l.dict(depth)
		}
		return l.hex()
	}
	return l.plain()
}

func (l *lexer) dict(depth int) (any, error) {
	d := Dict{}
	for l.peek() != '>' {
		if l.peek() != '/' {
			return nil, damaged("a key without a slash at %d", l.pos)
		}
		l.pos++
		key := l.name()
		v, err := l.object(depth + 1)
		if err != nil {
			return nil, err
		}
		d[key] = v
	}
	if !bytes.HasPrefix(l.data[l.pos:], []byte(">>")) {
		return nil, damaged("a dictionary without end at %d", l.pos)
	}
	l.pos += 2
	return d, nil
}

func (l *lexer) name() Name {
	raw := ""
	if l.pos < len(l.data) && !space(l.data[l.pos]) {
		raw = l.token()
	}
	var name []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if v, err := strconv.ParseUint(raw[i+1:i+3], 16, 8); err == nil {
				name = append(name, byte(v))
				i += 2
				continue
			}
		}
		name = append(name, raw[i])
	}
	return Name(name)
}

func (l *lexer) hex() (any, error) {
	end := bytes.IndexByte(l.data[l.pos:], '>')
	if end < 0 {
		return nil, damaged("a string without end at %d", l.pos)
	}
	var digits []byte
	for _, c := range l.data[l.pos+1 : l.pos+end] {
		if !space(c) {
			digits = append(digits, c)
		}
	}
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	out := make(Bytes, len(digits)/2)
	for i := range out {
		v, err := strconv.ParseUint(string(digits[2*i:2*i+2]), 16, 8)
		if err != nil {
			return nil, damaged("a string at %d", l.pos)
		}
		out[i] = byte(v)
	}
	l.pos += end + 1
	return out, nil
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

func (l *lexer) literal() (any, error) {
	out, open := Bytes{}, 0
	for ; l.pos < len(l.data); l.pos++ {
		c := l.data[l.pos]
		switch {
		case c == '\\' && l.pos+1 < len(l.data):
			l.pos++
			out = l.escaped(out)
			continue
		case c == '(':
			if open++; open == 1 {
				continue
			}
		case c == ')':
			if open--; open == 0 {
				l.pos++
				return out, nil
			}
		}
		out = append(out, c)
	}
	return nil, damaged("a string without end")
}

func (l *lexer) escaped(out Bytes) Bytes {
	c := l.data[l.pos]
	if c >= '0' && c <= '7' {
		v, n := 0, 0
		for ; n < 3 && l.pos+n < len(l.data) && l.data[l.pos+n] >= '0' && l.data[l.pos+n] <= '7'; n++ {
			v = v*8 + int(l.data[l.pos+n]-'0')
		}
		l.pos += n - 1
		return append(out, byte(v))
	}
	if c == '\n' {
		return out
	}
	if plain, ok := escapes[c]; ok {
		c = plain
	}
	return append(out, c)
}

// plain reads numbers, references and words.
func (l *lexer) plain() (any, error) {
	at := l.pos
	word := l.token()
	switch word {
	case "true", "false":
		return word == "true", nil
	case "null":
		return nil, nil
	}
	if n, err := strconv.Atoi(word); err == nil {
		back := l.pos
		if generation, ok := l.integer(); ok && n > 0 && l.word("R") {
			return Ref{n, generation}, nil
		}
		l.pos = back
		return n, nil
	}
	if v, err := strconv.ParseFloat(word, 64); err == nil {
		return v, nil
	}
	return nil, damaged("%q at %d", word, at)
}
