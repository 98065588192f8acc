package seal

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"wangban/internal/document/pdf"
)

// English are this room's messages in English.
//
//go:embed en.yaml
var English []byte

// Request is a signature to be made.
type Request struct {
	PDF       []byte
	Name      string            // of the person who signs
	Identity  string            // how it was made sure that it is them, in words; shown on the page
	Reason    string            // what the signature means: "同意授权"
	Facts     map[string]string // label → value: what the signature covers
	Picture   []byte            // PNG of the hand signature; or
	TypedName string            // the name, typed
	Box       Box
	At        time.Time // of signing, as the signer's page says
}

// Box is the place of the signature, in points from the lower left corner of
// the page. Pages count from 1.
type Box struct {
	Page       int
	X, Y, W, H float64
}

// Signed is a document with a signature.
type Signed struct {
	PDF    []byte
	Serial string // of the certificate, hexadecimal
}

// Reasons not to sign.
var (
	ErrNothingToShow = errors.New("没有签名的图像，也没有输入姓名。")
	ErrBox           = errors.New("文件里没有留出签名的位置。")
)

// Room for the signature in the file, in bytes: three certificates, a time
// stamp, and as much again.
const reserved = 16 << 10

// factsKey holds the covered facts, label and value in turn, in the signature's
// dictionary (a private key as ISO 32000-1, annex E allows).
const factsKey = "WANGBAN_Facts"

// Sign puts a signature into a document, behind what is there: earlier
// signatures stay good.
func (a *Authority) Sign(ctx context.Context, r Request) (Signed, error) {
	if err := ctx.Err(); err != nil {
		return Signed{}, err
	}
	var picture image.Image
	var err error
	switch {
	case r.Box.Page < 1 || r.Box.W < 40 || r.Box.H < 40:
		return Signed{}, ErrBox
	case r.Picture != nil:
		if picture, err = pdf.ReadPicture(r.Picture); err != nil {
			return Signed{}, err
		}
	case strings.TrimSpace(r.TypedName) == "":
		return Signed{}, ErrNothingToShow
	}
	person, err := a.person(r.Name, a.now())
	if err != nil {
		return Signed{}, err
	}
	return a.signAs(person, r, picture)
}

// signAs puts the signature of an identity into a document.
func (a *Authority) signAs(by identity, r Request, picture image.Image) (Signed, error) {
	file, err := pdf.Open(r.PDF)
	if err != nil {
		return Signed{}, err
	}
	serial := serialText(by.cert.SerialNumber)
	w := file.Update()
	if err := a.place(w, file, r, picture, serial); err != nil {
		return Signed{}, err
	}
	out := w.Bytes(pdf.Ref{}, pdf.Ref{})
	err = fill(out, func(content []byte) ([]byte, error) {
		return by.sign(message{kind: oidData, content: content}, a.stamped)
	})
	return Signed{PDF: out, Serial: serial}, err
}

func serialText(n *big.Int) string { return strings.ToUpper(n.Text(16)) }

// place adds the signature's dictionary, its field and what people see.
func (a *Authority) place(w *pdf.Writer, file *pdf.File, r Request, picture image.Image, serial string) error {
	at, page, err := file.Page(max(r.Box.Page, 1))
	if err != nil {
		return err
	}
	form, err := openForm(file)
	if err != nil {
		return err
	}
	signature := w.Add(pdf.Dict{
		"Type": pdf.Name("Sig"), "Filter": pdf.Name("Adobe.PPKLite"), "SubFilter": pdf.Name("ETSI.CAdES.detached"),
		"ByteRange": emptyRange, "Contents": emptyContents,
		"Name": pdf.Text(r.Name), "Reason": pdf.Text(reason(r)), "M": pdf.Date(r.At), factsKey: facts(r.Facts),
		"Prop_Build": pdf.Dict{"App": pdf.Dict{"Name": pdf.Name("Wangban")}},
	})
	look := pdf.Dict{
		"Type": pdf.Name("Annot"), "Subtype": pdf.Name("Widget"), "FT": pdf.Name("Sig"), "T": pdf.Text(fmt.Sprintf("Signature%d", len(form.fields)+1)),
		"V": signature, "P": at, "F": 4 | 128, // printed, locked
		"Rect": pdf.Array{r.Box.X, r.Box.Y, r.Box.X + r.Box.W, r.Box.Y + r.Box.H},
	}
	if r.Box.W > 0 { // else nobody sees it on the page
		look["AP"] = pdf.Dict{"N": a.appearance(w, r, picture, serial)}
	}
	widget := w.Add(look)
	shown, err := file.Get(page["Annots"])
	if err != nil {
		return err
	}
	before, _ := shown.(pdf.Array)
	page = maps.Clone(page)
	page["Annots"] = append(slices.Clone(before), widget)
	w.Set(at, page)
	form.add(w, widget)
	return nil
}

// acroForm is the file's list of fields, in its catalog.
type acroForm struct {
	root    pdf.Ref
	catalog pdf.Dict
	dict    pdf.Dict
	fields  pdf.Array
}

func openForm(file *pdf.File) (acroForm, error) {
	catalog, err := file.Dict(file.Trailer["Root"])
	if err != nil {
		return acroForm{}, err
	}
	f := acroForm{catalog: catalog, dict: pdf.Dict{}}
	f.root, _ = file.Trailer["Root"].(pdf.Ref)
	if catalog["AcroForm"] == nil {
		return f, nil
	}
	if f.dict, err = file.Dict(catalog["AcroForm"]); err != nil {
		return f, err
	}
	fields, err := file.Get(f.dict["Fields"])
	f.fields, _ = fields.(pdf.Array)
	return f, err
}

func (f acroForm) add(w *pdf.Writer, field pdf.Ref) {
	dict, catalog := maps.Clone(f.dict), maps.Clone(f.catalog)
	dict["Fields"] = append(slices.Clone(f.fields), field)
	dict["SigFlags"] = 3 // there are signatures; append only
	catalog["AcroForm"] = dict
	w.Set(f.root, catalog)
}

// reason says what the signature covers, for whoever reads it in a viewer.
func reason(r Request) string {
	labels := slices.Sorted(maps.Keys(r.Facts))
	if len(labels) == 0 {
		return r.Reason
	}
	covers := "签名涵盖：" + strings.Join(labels, "、")
	if r.Reason == "" {
		return covers
	}
	return strings.TrimRight(r.Reason, "。；") + "；" + covers
}

func facts(all map[string]string) pdf.Array {
	out := pdf.Array{}
	for _, label := range slices.Sorted(maps.Keys(all)) {
		out = append(out, pdf.Text(label), pdf.Text(all[label]))
	}
	return out
}

// Placeholders, of the length of what takes their place.
var (
	emptyRange    = pdf.Raw("[0 " + strings.Repeat(" ", 40) + "]")
	emptyContents = pdf.Raw("<" + strings.Repeat("00", reserved) + ">")
)

// fill signs everything but the place of the signature, and puts it there.
func fill(file []byte, sign func(content []byte) ([]byte, error)) error {
	contents, ok := pdf.Find(file, emptyContents)
	span, ok2 := pdf.Find(file, emptyRange)
	if !ok || !ok2 {
		return errors.New("seal: the place of the signature was lost")
	}
	after := contents + len(emptyContents)
	copy(file[span:], fmt.Sprintf("[0 %d %d %d", contents, after, len(file)-after))
	signature, err := sign(bytes.Join([][]byte{file[:contents], file[after:]}, nil))
	if err != nil {
		return err
	}
	if len(signature) > reserved {
		return fmt.Errorf("seal: the signature has %d bytes, there is room for %d", len(signature), reserved)
	}
	hex.Encode(file[contents+1:], signature)
	return nil
}
