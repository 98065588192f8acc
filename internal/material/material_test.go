package material

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/signintech/gopdf"

	"wangban/internal/blob"
	"wangban/internal/form"
)

// testRoom keeps files in a folder of the test.
func testRoom(t testing.TB, o Options) *Room {
	t.Helper()
	files, err := blob.Open(context.Background(), "folder:"+filepath.Join(t.TempDir(), "files"), nil)
	if err != nil {
		t.Fatal(err)
	}
	o.Files = files
	return New(o)
}

func take(t testing.TB, m *Room, name string, b []byte) (form.File, []Hint) {
	t.Helper()
	file, hints, err := m.Intake(context.Background(), name, bytes.NewReader(b), DefaultRules())
	if err != nil {
		t.Fatalf("%s: %v (%v)", name, err, errors.Unwrap(err))
	}
	return file, hints
}

// refused gives the code of the refusal, "" when the file was taken in.
func refused(t testing.TB, m *Room, name string, b []byte, rules Rules) Code {
	t.Helper()
	_, _, err := m.Intake(context.Background(), name, bytes.NewReader(b), rules)
	var r *Refusal
	if err != nil && !errors.As(err, &r) {
		t.Fatalf("%s: %v is no refusal", name, err)
	}
	if r == nil {
		return ""
	}
	return r.Code
}

var corners = [4]color.RGBA{{200, 0, 0, 255}, {0, 160, 0, 255}, {0, 0, 200, 255}, {200, 180, 0, 255}}

// page draws a paper with lines of signs on it, and in the corners red, green,
// blue and yellow: top left, top right, bottom left, bottom right.
func page(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	fill := func(x, y, dx, dy int, c color.Color) {
		draw.Draw(p, image.Rect(x, y, x+dx, y+dy), image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(0, 0, w, h, color.White)
	r := rand.New(rand.NewPCG(1, 2))
	s := max(2, min(w, h)/100) // a stroke
	for y := h / 8; y < h*7/8; y += 6 * s {
		for x := w / 10; x < w*9/10; x += 5 * s {
			fill(x, y, 4*s, s, color.Black)
			fill(x+r.IntN(3)*s, y, s, 4*s, color.Black)
			fill(x, y+r.IntN(4)*s, 4*s, s, color.Black)
		}
	}
	for i, c := range corners {
		fill(i%2*(w-w/10), i/2*(h-h/10), w/10, h/10, c)
	}
	return p
}

func encodeJPEG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodePNG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// camera is an EXIF block as a phone writes it: who made it, which way is up.
func camera(order binary.AppendByteOrder, orientation uint16) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, entry := range []struct {
		tag, kind uint16
		n, value  uint32
	}{{0x010f, 2, 10, 38}, {0x0112, 3, 1, 0}} {
		b = order.AppendUint16(b, entry.tag)
		b = order.AppendUint16(b, entry.kind)
		b = order.AppendUint32(b, entry.n)
		if entry.kind == 3 {
			b = order.AppendUint16(order.AppendUint16(b, orientation), 0)
		} else {
			b = order.AppendUint32(b, entry.value)
		}
	}
	b = order.AppendUint32(b, 0)
	return append(b, "GEHEIMCAM\x00"...)
}

func jpegSegment(b []byte, marker byte, data []byte) []byte {
	segment := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(data)+2))
	return append(append(bytes.Clone(b[:2]), append(segment, data...)...), b[2:]...)
}

func withEXIF(b, tiff []byte) []byte {
	return jpegSegment(b, 0xe1, append([]byte("Exif\x00\x00"), tiff...))
}

func pngChunk(name string, data []byte) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name...)
	b = append(b, data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

const pngHead = 8 + 25 // signature and IHDR

func pngWithEXIF(b, tiff []byte) []byte {
	return append(append(bytes.Clone(b[:pngHead]), pngChunk("eXIf", tiff)...), b[pngHead:]...)
}

// pngOfSize is a PNG that says it is w by h.
func pngOfSize(b []byte, w, h uint32) []byte {
	b = bytes.Clone(b)
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

// realPDF is made by a PDF library.
func realPDF(t testing.TB, pages int, password string) []byte {
	t.Helper()
	config := gopdf.Config{PageSize: *gopdf.PageSizeA4}
	if password != "" {
		config.Protection = gopdf.PDFProtectionConfig{UseProtection: true, Permissions: gopdf.PermissionsPrint, UserPass: []byte(password), OwnerPass: []byte("owner")}
	}
	var pdf gopdf.GoPdf
	pdf.Start(config)
	for range pages {
		pdf.AddPage()
		pdf.Line(10, 10, 200, 200)
	}
	b, err := pdf.GetBytesPdfReturnErr()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// packedPDF is a PDF whose pages are described in a stream of objects, as newer
// programs write it; more is added to the descriptions.
func packedPDF(t testing.TB, pages int, more string) []byte {
	t.Helper()
	var objects bytes.Buffer
	for range pages {
		objects.WriteString("<</Type/Page/Parent 3 0 R>>\n")
	}
	objects.WriteString(more)
	var b bytes.Buffer
	packed := deflate(t, objects.Bytes())
	fmt.Fprintf(&b, "%%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 0/Filter/FlateDecode/Length %d>>\nstream\n", len(packed))
	b.Write(packed)
	b.WriteString("\nendstream\nendobj\n")
	at := b.Len()
	fmt.Fprintf(&b, "9 0 obj\n<</Type/XRef/Size 10/Root 2 0 R/Length 4>>\nstream\n\x00\x01\x02\x03\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", at)
	return b.Bytes()
}

type entry struct{ name, content string }

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.Create(e.name)
		if err == nil {
			_, err = w.Write([]byte(e.content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func ofdOf(t testing.TB, pages int, more ...entry) []byte {
	t.Helper()
	list := ""
	for i := range pages {
		list += fmt.Sprintf(`<ofd:Page ID="%d" BaseLoc="Pages/Page_%d/Content.xml"/>`, i+1, i)
	}
	const head = `<?xml version="1.0" encoding="UTF-8"?>`
	const space = `xmlns:ofd="http://www.ofdspec.org/2016"`
	return zipOf(t, append([]entry{
		{"OFD.xml", head + `<ofd:OFD ` + space + ` Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`},
		{"Doc_0/Document.xml", head + `<ofd:Document ` + space + `><ofd:Pages>` + list + `</ofd:Pages></ofd:Document>`},
	}, more...)...)
}
