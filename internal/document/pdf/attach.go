package pdf

import (
	"bytes"
	"compress/zlib"
	"io"
	"maps"
	"time"
)

// Attachment is a file that travels in a document (ISO 32000-1, 7.11.4).
type Attachment struct {
	Name    string // latin letters, digits and points
	Type    string // media type
	About   string // for people
	Content []byte
	At      time.Time
}

// maxAttached bounds what is taken out of a file that somebody brings.
const maxAttached = 1 << 20

// Attach puts a file into a document, as an update behind what is there. It
// stands in the list of attachments and is associated with the document as its
// data (PDF/A-3). A document that has attachments already is refused.
func Attach(data []byte, a Attachment) ([]byte, error) {
	f, err := Open(data)
	if err != nil {
		return nil, err
	}
	root, _ := f.Trailer["Root"].(Ref)
	catalog, err := f.Dict(root)
	if err != nil {
		return nil, err
	}
	if catalog["Names"] != nil || catalog["AF"] != nil {
		return nil, damaged("it has names already")
	}
	w := f.Update()
	file := w.Add(Stream{
		Dict: Dict{"Type": Name("EmbeddedFile"), "Subtype": Name(a.Type),
			"Params": Dict{"Size": len(a.Content), "ModDate": Date(a.At)}},
		Data: a.Content,
	})
	spec := w.Add(Dict{"Type": Name("Filespec"), "F": Bytes(a.Name), "UF": Text(a.Name), "Desc": Text(a.About), "AFRelationship": Name("Data"), "EF": Dict{"F": file, "UF": file}})
	catalog = maps.Clone(catalog)
	catalog["Names"] = Dict{"EmbeddedFiles": Dict{"Names": Array{Bytes(a.Name), spec}}}
	catalog["AF"] = Array{spec}
	w.Set(root, catalog)
	return w.Bytes(Ref{}, Ref{}), nil
}

// Attached takes a file out of a document by its name; false when it has none
// of that name.
func Attached(data []byte, name string) ([]byte, bool, error) {
	f, err := Open(data)
	if err != nil {
		return nil, false, err
	}
	catalog, err := f.Dict(f.Trailer["Root"])
	if err != nil || catalog["AF"] == nil {
		return nil, false, err
	}
	list, err := f.Get(catalog["AF"])
	if err != nil {
		return nil, false, err
	}
	all, _ := list.(Array)
	for _, v := range all[:min(len(all), 100)] {
		spec, err := f.Dict(v)
		if err != nil {
			return nil, false, err
		}
		if called, _ := spec["UF"].(Bytes); called.String() != name {
			continue
		}
		files, err := f.Dict(spec["EF"])
		if err != nil {
			return nil, false, err
		}
		stream, err := f.Get(files["F"])
		if err != nil {
			return nil, false, err
		}
		s, ok := stream.(Stream)
		if !ok {
			return nil, false, damaged("the attachment %s is no stream", name)
		}
		content, err := s.plain(maxAttached)
		return content, err == nil, err
	}
	return nil, false, nil
}

// plain is a stream's data, unpacked, of at most so many bytes.
func (s Stream) plain(most int64) ([]byte, error) {
	if s.Dict["Filter"] == nil {
		return s.Data, nil
	}
	if s.Dict["Filter"] != Name("FlateDecode") || s.Dict["DecodeParms"] != nil {
		return nil, damaged("a stream that is packed in another way")
	}
	z, err := zlib.NewReader(bytes.NewReader(s.Data))
	if err != nil {
		return nil, damaged("a stream: %v", err)
	}
	content, err := io.ReadAll(io.LimitReader(z, most+1))
	if err != nil || int64(len(content)) > most {
		return nil, damaged("a stream that is too large, or broken")
	}
	return content, nil
}
