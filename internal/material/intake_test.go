package material

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"wangban/internal/document"
	"wangban/internal/form"
)

func deflate(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func stored(t testing.TB, m *Room, hash string) []byte {
	t.Helper()
	r, _, err := m.Files.Open(context.Background(), hash)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func near(a color.Color, b color.RGBA) bool {
	r, g, bl, _ := a.RGBA()
	d := func(x uint32, y uint8) bool { return max(int(x>>8), int(y))-min(int(x>>8), int(y)) < 60 }
	return d(r, b.R) && d(g, b.G) && d(bl, b.B)
}

// sensor turns an upright picture into what a camera held in that way stores.
func sensor(p *image.RGBA, orientation int) *image.RGBA {
	back := map[int]int{6: 8, 8: 6} // the others undo themselves
	if o, ok := back[orientation]; ok {
		orientation = o
	}
	return upright(p, orientation)
}

func TestPicturesComeOutUprightAndClean(t *testing.T) {
	m := testRoom(t, Options{})
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for o := 1; o <= 8; o++ {
			tiff := camera(order, uint16(o))
			p := sensor(page(640, 800), o)
			for name, b := range map[string][]byte{"jpeg": withEXIF(encodeJPEG(t, p), tiff), "png": pngWithEXIF(encodePNG(t, p), tiff)} {
				file, hints := take(t, m, "照片."+name, b)
				if file.Width != 640 || file.Height != 800 || file.Pages != 0 || file.Type != "image/"+name || len(hints) > 0 {
					t.Errorf("%s turned %d: %+v %v", name, o, file, hints)
				}
				if original := stored(t, m, file.Hash); !bytes.Equal(original, b) {
					t.Errorf("%s: the original was changed", name)
				}
				shown := stored(t, m, file.View)
				view, err := jpeg.Decode(bytes.NewReader(shown))
				if err != nil {
					t.Fatal(err)
				}
				for i, at := range []image.Point{{10, 10}, {630, 10}, {10, 790}, {630, 790}} {
					if !near(view.At(at.X, at.Y), corners[i]) {
						t.Errorf("%s turned %d: corner %d is %v", name, o, i, view.At(at.X, at.Y))
					}
				}
				if bytes.Contains(shown, []byte("Exif")) || bytes.Contains(shown, []byte("GEHEIM")) {
					t.Errorf("%s turned %d: the view tells of the camera", name, o)
				}
			}
		}
	}
}

func TestWebP(t *testing.T) {
	m := testRoom(t, Options{})
	for _, name := range []string{"lossy.webp", "lossless.webp", "turned.webp"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		file, _ := take(t, m, name, b)
		view, err := jpeg.Decode(bytes.NewReader(stored(t, m, file.View)))
		if err != nil || file.Type != "image/webp" || file.Width != 60 || file.Height != 80 || view.Bounds().Dx() != 60 {
			t.Fatalf("%s: %+v %v", name, file, err)
		}
		for i, at := range []image.Point{{2, 2}, {57, 2}, {2, 77}, {57, 77}} {
			if !near(view.At(at.X, at.Y), corners[i]) {
				t.Errorf("%s: corner %d is %v", name, i, view.At(at.X, at.Y))
			}
		}
		if code := refused(t, m, name, b[:len(b)-40], DefaultRules()); code != CodeCut {
			t.Errorf("%s cut off: %q", name, code)
		}
	}
}

func TestTheViewIsBounded(t *testing.T) {
	m := testRoom(t, Options{})
	file, _ := take(t, m, "a.png", encodePNG(t, page(3000, 4000)))
	config, err := jpeg.DecodeConfig(bytes.NewReader(stored(t, m, file.View)))
	if err != nil || config.Width != 1875 || config.Height != 2500 || file.Width != 3000 || file.Height != 4000 {
		t.Errorf("%+v, its view is %d × %d: %v", file, config.Width, config.Height, err)
	}
	file, _ = take(t, m, "a.png", encodePNG(t, image.NewNRGBA(image.Rect(0, 0, 700, 700)))) // see-through
	view, err := jpeg.Decode(bytes.NewReader(stored(t, m, file.View)))
	if err != nil || !near(view.At(350, 350), color.RGBA{255, 255, 255, 255}) {
		t.Errorf("what is see-through is not shown on white: %v", err)
	}
}

func TestDocuments(t *testing.T) {
	m := testRoom(t, Options{})
	for name, c := range map[string]struct {
		b     []byte
		kind  Kind
		pages int
	}{
		"委托书.pdf": {realPDF(t, 3, ""), PDF, 3},
		"新式.pdf":  {packedPDF(t, 2, ""), PDF, 2},
		"执照.ofd":  {ofdOf(t, 4), OFD, 4},
	} {
		file, hints := take(t, m, name, c.b)
		sum := sha256.Sum256(c.b)
		want := form.File{Hash: hex.EncodeToString(sum[:]), Name: name, Type: string(c.kind), Size: int64(len(c.b)), Pages: c.pages}
		if file != want || len(hints) > 0 {
			t.Errorf("%s: %+v %v", name, file, hints)
		}
	}
}

func TestRenderedPDF(t *testing.T) {
	m := testRoom(t, Options{Render: document.Inspect})
	file, _ := take(t, m, "a.pdf", realPDF(t, 2, ""))
	view, err := jpeg.Decode(bytes.NewReader(stored(t, m, file.View)))
	if err != nil || file.Pages != 2 || max(view.Bounds().Dx(), view.Bounds().Dy()) > viewSide || view.Bounds().Dx() < 600 {
		t.Fatalf("%+v %v", file, err)
	}
	if at := view.Bounds().Dx() * 100 / 595; !near(view.At(at, at), color.RGBA{0, 0, 0, 255}) { // the line from (10, 10) to (200, 200)
		t.Errorf("at %d the page is %v", at, view.At(at, at))
	}
	if code := refused(t, m, "a.pdf", []byte("%PDF-1.4\n/Type/Page\nstartxref\n0\n%%EOF"), DefaultRules()); code != CodeDamaged {
		t.Errorf("what the renderer refuses is %q", code)
	}
	for name, b := range map[string][]byte{"locked": realPDF(t, 1, "geheim"), "program": packedPDF(t, 1, "/JavaScript")} {
		if code := refused(t, m, name, b, DefaultRules()); code != CodeEncrypted && code != CodeMixed {
			t.Errorf("%s: %q", name, code)
		}
	}
}

func TestRefusals(t *testing.T) {
	m := testRoom(t, Options{})
	photo, drawing, pdf, ofd := encodeJPEG(t, page(700, 700)), encodePNG(t, page(700, 700)), realPDF(t, 3, ""), ofdOf(t, 3)
	join := func(parts ...any) (b []byte) {
		for _, p := range parts {
			b = fmt.Append(b, "")
			switch p := p.(type) {
			case string:
				b = append(b, p...)
			case []byte:
				b = append(b, p...)
			}
		}
		return b
	}
	scan := photo[bytes.Index(photo, []byte{0xff, 0xda}):]
	scan = scan[:2+int(binary.BigEndian.Uint16(scan[2:]))]
	startOfScan := bytes.Index(photo, scan)
	lockedZIP := bytes.Clone(ofd)
	lockedZIP[bytes.Index(lockedZIP, []byte("PK\x01\x02"))+8] |= 1
	brokenZIP := bytes.Clone(ofd)
	brokenZIP[bytes.Index(brokenZIP, []byte("OFD.xml"))+20] ^= 0x55
	office := zipOf(t, entry{"[Content_Types].xml", "<Types/>"}, entry{"word/document.xml", "<w/>"})
	small := DefaultRules()
	small.MaxBytes, small.MaxPages, small.MaxPixels = 20_000, 2, 10_000
	pictures := DefaultRules()
	pictures.Kinds = []Kind{JPEG, PNG}
	for name, c := range map[string]struct {
		b     []byte
		rules Rules
		want  Code
	}{
		"empty.jpg":             {nil, DefaultRules(), CodeEmpty},
		"text.jpg":              {[]byte("营业执照"), DefaultRules(), CodeKind},
		"page.jpg":              {[]byte(" \n<html><script>alert(1)</script>"), DefaultRules(), CodeKind},
		"drawing.png":           {[]byte("\xef\xbb\xbf<?xml version='1.0'?><svg/>"), DefaultRules(), CodeKind},
		"iphone.jpg":            {join("\x00\x00\x00\x18ftypheic", make([]byte, 40)), DefaultRules(), CodeKind},
		"film.jpg":              {join("\x00\x00\x00\x18ftypisom", make([]byte, 40)), DefaultRules(), CodeKind},
		"old word.pdf":          {join("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", make([]byte, 40)), DefaultRules(), CodeKind},
		"word.pdf":              {office, DefaultRules(), CodeKind},
		"archive.ofd":           {zipOf(t, entry{"a.jpg", "x"}), DefaultRules(), CodeKind},
		"a.gif":                 {[]byte("GIF89a"), DefaultRules(), CodeKind},
		"pdf for a picture.jpg": {pdf, pictures, CodeKind},
		"large.jpg":             {photo, small, CodeTooLarge},
		"many pages.pdf":        {pdf, small, CodePages},
		"many pages.ofd":        {ofd, small, CodePages},
		"many pixels.png":       {encodePNG(t, image.NewGray(image.Rect(0, 0, 101, 100))), small, CodePixels},
		"bomb.png":              {pngOfSize(drawing, 40_000, 40_000), DefaultRules(), CodePixels},
		"longest bomb.png":      {pngOfSize(drawing, 1<<31-1, 1<<31-1), DefaultRules(), CodeDamaged},
		"line.png":              {pngOfSize(drawing, 1_000_000, 1), DefaultRules(), CodePixels},
		"bomb of scans.jpg":     {join(photo[:startOfScan], bytes.Repeat(scan, maxScans), photo[startOfScan:]), DefaultRules(), CodeBomb},
		"cut off.jpg":           {photo[:len(photo)*2/3], DefaultRules(), CodeCut},
		"cut off, preview.jpg":  {withEXIF(photo[:len(photo)*2/3], encodeJPEG(t, page(60, 60))), DefaultRules(), CodeCut},
		"cut off.png":           {drawing[:len(drawing)*2/3], DefaultRules(), CodeCut},
		"cut off.pdf":           {pdf[:len(pdf)*2/3], DefaultRules(), CodeCut},
		"cut off.ofd":           {ofd[:len(ofd)*2/3], DefaultRules(), CodeCut},
		"head only.jpg":         {photo[:3], DefaultRules(), CodeCut},
		"broken.png":            {bytes.Replace(drawing, []byte("IDAT"), []byte("JDAT"), 1), DefaultRules(), CodeDamaged},
		"broken.pdf":            {bytes.ReplaceAll(pdf, []byte("/Page\n"), []byte("/Pago\n")), DefaultRules(), CodeDamaged},
		"wrong place.pdf":       {[]byte("%PDF-1.4\n/Type/Page\nstartxref\n0\n%%EOF"), DefaultRules(), CodeDamaged},
		"broken.ofd":            {brokenZIP, DefaultRules(), CodeDamaged},
		"no document.ofd":       {zipOf(t, entry{"OFD.xml", "<OFD><DocBody><DocRoot>x</DocRoot></DocBody></OFD>"}), DefaultRules(), CodeDamaged},
		"no page.ofd":           {ofdOf(t, 0), DefaultRules(), CodeDamaged},
		"script.jpg":            {jpegSegment(photo, 0xfe, []byte("<ScRiPt>alert(1)</script>")), DefaultRules(), CodeMixed},
		"pdf inside.png":        {join(drawing, "%PDF-1.4"), DefaultRules(), CodeMixed},
		"archive inside.jpg":    {join(photo, office), DefaultRules(), CodeMixed},
		"archive inside.pdf":    {join(pdf, office, pdf), DefaultRules(), CodeMixed},
		"script.pdf":            {bytes.Replace(pdf, []byte("%PDF-1.7\n"), []byte("%PDF-1.7\n%<script>alert(1)</script>\n"), 1), DefaultRules(), CodeMixed},
		"program.pdf":           {packedPDF(t, 1, "<</S/J#61vaScript/JS(app.alert(1))>>"), DefaultRules(), CodeMixed},
		"launch.pdf":            {bytes.Replace(pdf, []byte("%PDF-1.7\n"), []byte("%PDF-1.7\n9 0 obj<</S/Launch>>endobj\n"), 1), DefaultRules(), CodeMixed},
		"climber.ofd":           {ofdOf(t, 1, entry{"../../x", "x"}), DefaultRules(), CodeMixed},
		"locked.pdf":            {realPDF(t, 1, "geheim"), DefaultRules(), CodeEncrypted},
		"locked.ofd":            {ofdOf(t, 1, entry{"Encryptions.xml", "<x/>"}), DefaultRules(), CodeEncrypted},
		"locked zip.ofd":        {lockedZIP, DefaultRules(), CodeEncrypted},
		"bomb.pdf":              {packedPDF(t, 1, strings.Repeat(" ", pdfText)), DefaultRules(), CodeBomb},
		"bomb.ofd":              {bombOFD(t), DefaultRules(), CodeBomb},
		"files.ofd":             {ofdOf(t, 1, make([]entry, ofdFiles)...), DefaultRules(), CodeBomb},
	} {
		if code := refused(t, m, name, c.b, c.rules); code != c.want {
			t.Errorf("%s: %q, want %q", name, code, c.want)
		}
	}
}

// bombOFD unpacks to more than is allowed from a few kilobytes.
func bombOFD(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	plain := zipOf(t, entry{"zeros", strings.Repeat("\x00", 20<<20)})
	zeros, err := zip.NewReader(bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	ofd := ofdOf(t, 1)
	rest, err := zip.NewReader(bytes.NewReader(ofd), int64(len(ofd)))
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&b)
	for _, f := range rest.File {
		if err := z.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	for i := range ofdUnzips/(20<<20) + 1 {
		f := *zeros.File[0]
		f.Name = fmt.Sprint("Doc_0/Res/", i)
		if err := z.Copy(&f); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTroubleIsToldApart(t *testing.T) {
	m := testRoom(t, Options{})
	broken := errors.New("the line went dead")
	photo := encodeJPEG(t, page(700, 700))
	_, _, err := m.Intake(context.Background(), "a.jpg", io.MultiReader(bytes.NewReader(photo[:100]), iotest.ErrReader(broken)), DefaultRules())
	var r *Refusal
	if !errors.As(err, &r) || r.Code != CodeCut || !errors.Is(err, broken) {
		t.Error(err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := m.Intake(gone, "a.jpg", bytes.NewReader(photo), DefaultRules()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for _, c := range []struct {
		virus string
		err   error
		want  Code
	}{{"Eicar", nil, CodeVirus}, {"", broken, CodeTrouble}, {"", nil, ""}} {
		m.Scan = func(context.Context, io.Reader) (string, error) { return c.virus, c.err }
		if code := refused(t, m, "a.jpg", photo, DefaultRules()); code != c.want {
			t.Errorf("%+v: %q", c, code)
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"营业执照.JPG":                        "营业执照.jpg",
		`C:\fakepath\a.jpeg`:              "a.jpg",
		"../../etc/passwd":                "passwd.jpg",
		"x.html":                          "x.jpg",
		"invoice\u202egpj.exe":            "invoicegpj.jpg",
		"a\r\nSet-Cookie: b.png":          "aSet-Cookie b.jpg",
		"":                                "材料.jpg",
		".jpg":                            "材料.jpg",
		"\xff\xfe":                        "材料.jpg",
		strings.Repeat("长", 300) + ".jpg": strings.Repeat("长", 80) + ".jpg",
	} {
		if got := cleanName(name, JPEG); got != want {
			t.Errorf("%q is called %q, want %q", name, got, want)
		}
	}
}

func TestRulesFor(t *testing.T) {
	if r := RulesFor(form.Field{MinSide: 300}); r.MinShortSide != 300 || r.MaxBytes != 10<<20 {
		t.Errorf("%+v", r)
	}
	if r := RulesFor(form.Field{}); r.MinShortSide != form.DefaultMinSide {
		t.Errorf("%+v", r)
	}
}
