package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"maps"
	"slices"
	"time"
)

// ErrNoAttachment is a PDF without an attached file of the name.
var ErrNoAttachment = errors.New("pdf: there is no such file attached")

// Attach adds a file to a PDF (ISO 32000-1, 7.11.4), where readers list it and
// programs find it. What is there stays as it is.
func Attach(file []byte, name, kind string, content []byte, at time.Time) ([]byte, error) {
	f, err := Open(file)
	if err != nil {
		return nil, err
	}
	catalog, err := f.Dict(f.Trailer["Root"])
	if err != nil {
		return nil, err
	}
	root, ok := f.Trailer["Root"].(Ref)
	if !ok || catalog["Names"] != nil {
		return nil, damaged("it has attached files already")
	}
	w := f.Update()
	stream := w.Add(Stream{Dict: Dict{"Type": Name("EmbeddedFile"), "Subtype": Name(kind), "Params": Dict{"Size": len(content), "ModDate": Date(at)}}, Data: content})
	spec := w.Add(Dict{"Type": Name("Filespec"), "F": Text(name), "UF": Text(name), "EF": Dict{"F": stream, "UF": stream}, "AFRelationship": Name("Data")})
	catalog = maps.Clone(catalog)
	catalog["Names"] = Dict{"EmbeddedFiles": Dict{"Names": Array{Text(name), spec}}}
	catalog["AF"] = Array{spec}
	w.Set(root, catalog)
	return w.Bytes(Ref{}, Ref{}), nil
}

// Attached reads a file that Attach has added, of at most so many bytes.
func Attached(file []byte, name string, most int) ([]byte, error) {
	f, err := Open(file)
	if err != nil {
		return nil, err
	}
	d, err := f.Dict(f.Trailer["Root"])
	if err != nil {
		return nil, err
	}
	for _, key := range []Name{"Names", "EmbeddedFiles"} {
		if d[key] == nil {
			return nil, ErrNoAttachment
		}
		if d, err = f.Dict(d[key]); err != nil {
			return nil, err
		}
	}
	names, err := f.Get(d["Names"])
	if err != nil {
		return nil, err
	}
	list, _ := names.(Array)
	for pair := range slices.Chunk(list, 2) {
		if label, ok := pair[0].(Bytes); !ok || label.String() != name || len(pair) < 2 {
			continue
		}
		return f.embedded(pair[1], most)
	}
	return nil, ErrNoAttachment
}

func (f *File) embedded(spec any, most int) ([]byte, error) {
	d, err := f.Dict(spec)
	if err != nil {
		return nil, err
	}
	if d, err = f.Dict(d["EF"]); err != nil {
		return nil, err
	}
	v, err := f.Get(d["F"])
	if err != nil {
		return nil, err
	}
	stream, ok := v.(Stream)
	if !ok || stream.Dict["Filter"] != Name("FlateDecode") || stream.Dict["DecodeParms"] != nil {
		return nil, damaged("the attached file is not written as ours are")
	}
	z, err := zlib.NewReader(bytes.NewReader(stream.Data))
	if err != nil {
		return nil, damaged("the attached file")
	}
	content, err := io.ReadAll(io.LimitReader(z, int64(most)+1))
	if err != nil || len(content) > most {
		return nil, damaged("the attached file is cut short, or longer than it should be")
	}
	return content, nil
}
