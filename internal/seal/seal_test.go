package seal_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangban/internal/document"
	"wangban/internal/form"
	"wangban/internal/seal"
)

var noon = time.Date(2020, 9, 4, 12, 0, 0, 0, form.Shanghai)

func clock() time.Time { return noon }

func authority(t testing.TB) (*seal.Authority, string) {
	t.Helper()
	dir := t.TempDir()
	a, err := seal.OpenAuthority(dir, clock)
	if err != nil {
		t.Fatal(err)
	}
	return a, dir
}

const layout = `title: 委托书
blocks:
  - text: 现委托{{agent}}办理注册。
  - sign: rep
    label: 法定代表人（签名）
  - sign: second
    label: 另一人（签名）
`

func letter(t testing.TB) document.Made {
	t.Helper()
	made, err := document.Make([]byte(layout), document.Data{Env: form.Env{"agent": "王𠅤"}, At: noon})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// drawing is a hand signature: a thick stroke on nothing.
func drawing(t testing.TB) []byte {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, 300, 120))
	for x := 20; x < 280; x++ {
		for y := range 12 {
			picture.Set(x, 30+x/5+y, color.NRGBA{R: 10, G: 20, B: 60, A: 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func request(t testing.TB, made document.Made) seal.Request {
	return seal.Request{
		PDF: made.PDF, Name: "龚䶮", Reason: "同意授权", Picture: drawing(t), Box: seal.Box(made.Boxes["rep"]), At: noon,
		Facts: map[string]string{"法定代表人姓名": "龚䶮", "统一社会信用代码": "91341523TXT000020Y"},
	}
}

func sign(t testing.TB, a *seal.Authority, r seal.Request) seal.Signed {
	t.Helper()
	signed, err := a.Sign(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

//
func TestSignedLetter(t *testing.T) {
	a, _ := authority(t)
	made := letter(t)
	signed := sign(t, a, request(t, made))
	if !bytes.HasPrefix(signed.PDF, made.PDF) {
		t.Error("signing has touched what was there")
	}
	report, err := seal.Verify(signed.PDF, a.Roots())
	if err != nil || len(report.Signatures) != 1 || !report.Genuine() {
		t.Fatalf("%+v, %v", report, err)
	}
	s := report.Signatures[0]
	if s.Signer != "龚䶮" || s.Serial != signed.Serial || !s.Stamped.Equal(noon) || !s.At.Equal(noon) || !s.Test || s.Problem != "" {
		t.Errorf("%+v", s)
	}
	if len(s.Facts) != 2 || s.Facts["法定代表人姓名"] != "龚䶮" || s.Reason != "同意授权；签名涵盖：法定代表人姓名、统一社会信用代码" {
		t.Errorf("covers %v, says %q", s.Facts, s.Reason)
	}
	// Another key of the same kind, and the same document, is another serial.
	if again := sign(t, a, request(t, made)); again.Serial == signed.Serial {
		t.Error("a certificate was used twice")
	}
}

// The same by Poppler (NSS): nothing but "valid" will do.
//
//
func TestPdfsigAgrees(t *testing.T) {
	a, _ := authority(t)
	signed := sign(t, a, request(t, letter(t)))
	path := save(t, signed.PDF)
	out, err := exec.Command("pdfsig", "-nocert", path).CombinedOutput()
	if err != nil {
		t.Fatalf("pdfsig (of poppler-utils): %v\n%s", err, out)
	}
	for _, want := range []string{"Signature is Valid.", "Total document signed", "ETSI.CAdES.detached", "SHA-256", "龚䶮"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("pdfsig does not say %q:\n%s", want, out)
		}
	}
	broken := bytes.Clone(signed.PDF)
	broken[200] ^= 1
	out, _ = exec.Command("pdfsig", "-nocert", save(t, broken)).CombinedOutput()
	if strings.Contains(string(out), "Signature is Valid.") {
		t.Errorf("pdfsig believes a changed file:\n%s", out)
	}
}

// A month later readers still find the certificate good, though they ask about
// today and not about the time stamp.
func TestCertificateOutlivesItsSignature(t *testing.T) {
	then := time.Now().AddDate(0, -1, 0)
	a, err := seal.OpenAuthority(t.TempDir(), func() time.Time { return then })
	if err != nil {
		t.Fatal(err)
	}
	r := request(t, letter(t))
	r.At = then
	out, err := exec.Command("pdfsig", save(t, sign(t, a, r).PDF)).CombinedOutput()
	if err != nil || strings.Contains(string(out), "Expired") || !strings.Contains(string(out), "Certificate Validation") {
		t.Errorf("pdfsig says %v\n%s", err, out)
	}
}

// How the signer was identified stands on the page, beside who and when.
//
func TestIdentityOnThePage(t *testing.T) {
	a, _ := authority(t)
	r := request(t, letter(t))
	r.Identity = "未做人脸比对，仅留存影像供审核人目视核对"
	out, err := exec.Command("pdftotext", save(t, sign(t, a, r).PDF), "-").CombinedOutput()
	for _, want := range []string{r.Identity, "电子签名", "2020年9月4日 12:00:00", "ECDSA P-256"} {
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("the page does not say %q: %v\n%s", want, err, out)
		}
	}
}

// The same by OpenSSL: the CMS signature with its chain, and the time stamp.
func TestOpensslAgrees(t *testing.T) {
	a, dir := authority(t)
	content, signature, token, value := seal.Parts(t, sign(t, a, request(t, letter(t))).PDF)
	at := []string{"-attime", "1599192000", "-CAfile", filepath.Join(dir, "roots.pem")}
	run(t, append([]string{"cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-in", save(t, signature), "-content", save(t, content), "-out", os.DevNull}, at...)...)
	run(t, append([]string{"ts", "-verify", "-token_in", "-in", save(t, token), "-data", save(t, value)}, at...)...)
}

func run(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("openssl", args...).CombinedOutput(); err != nil {
		t.Errorf("openssl %s: %v\n%s", args[0], err, out)
	}
}

func save(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Whatever byte is changed, it is found, the unused room behind the signature
// included; within the signature, unless it is one that says nothing.
func TestEveryChangeIsFound(t *testing.T) {
	a, _ := authority(t)
	signed := sign(t, a, request(t, letter(t))).PDF
	for i := 0; i < len(signed); i += 53 {
		changed := bytes.Clone(signed)
		changed[i] ^= 0x04
		report, err := seal.Verify(changed, a.Roots())
		if err == nil && report.Genuine() && !seal.Unsigned(t, signed, i) {
			t.Fatalf("byte %d of %d (%q) changed, and nobody noticed", i, len(signed), signed[i])
		}
	}
}

func TestAddedBehind(t *testing.T) {
	a, _ := authority(t)
	made := letter(t)
	once := sign(t, a, request(t, made)).PDF
	// More bytes behind the end: the signature is good, for less than the file.
	report, err := seal.Verify(append(bytes.Clone(once), "\n% note\nstartxref\n"+lastTable(once)+"\n%%EOF\n"...), a.Roots())
	if err != nil || report.Genuine() || !report.Signatures[0].Intact || report.Signatures[0].Whole {
		t.Errorf("%+v, %v", report, err)
	}
	// A second signature covers the first; both are good.
	second := request(t, document.Made{PDF: once, Boxes: map[string]document.Box{"rep": made.Boxes["second"]}})
	second.Name, second.Picture, second.TypedName = "汤㛃", nil, "汤㛃"
	twice := sign(t, a, second).PDF
	report, err = seal.Verify(twice, a.Roots())
	if err != nil || len(report.Signatures) != 2 || !report.Genuine() {
		t.Fatalf("%+v, %v", report, err)
	}
	if report.Signatures[0].Whole || !report.Signatures[1].Whole || report.Signatures[1].Signer != "汤㛃" {
		t.Errorf("%+v", report.Signatures)
	}
	out, err := exec.Command("pdfsig", "-nocert", save(t, twice)).CombinedOutput()
	if err != nil || strings.Count(string(out), "Signature is Valid.") != 2 {
		t.Errorf("%v\n%s", err, out)
	}
}

func lastTable(file []byte) string {
	_, after, _ := bytes.Cut(file[bytes.LastIndex(file, []byte("startxref")):], []byte("\n"))
	number, _, _ := bytes.Cut(after, []byte("\n"))
	return string(number)
}

func TestStrangers(t *testing.T) {
	a, _ := authority(t)
	other, _ := authority(t)
	signed := sign(t, a, request(t, letter(t))).PDF
	for name, roots := range map[string]*x509.CertPool{"another installation": other.Roots(), "nobody": x509.NewCertPool()} {
		report, err := seal.Verify(signed, roots)
		if err != nil || report.Genuine() || report.Signatures[0].Trusted || !report.Signatures[0].Intact {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
	if _, err := seal.Verify(letter(t).PDF, a.Roots()); err != seal.ErrUnsigned {
		t.Errorf("no signature: %v", err)
	}
}

// What people see: the hand signature, or the name, in the place reserved, and
// that the certificate is a test.
func TestShownOnThePage(t *testing.T) {
	a, _ := authority(t)
	made := letter(t)
	before := look(t, made.PDF, made.Boxes["rep"])
	drawn := request(t, made)
	typed := drawn
	typed.Picture, typed.TypedName = nil, "龚䶮"
	for name, r := range map[string]seal.Request{"drawn": drawn, "typed": typed} {
		signed := sign(t, a, r)
		if after := look(t, signed.PDF, made.Boxes["rep"]); after < before+300 {
			t.Errorf("%s: %d dark pixels, %d before", name, after, before)
		}
		if after := look(t, signed.PDF, made.Boxes["second"]); after > 100 {
			t.Errorf("%s: %d dark pixels in another's place", name, after)
		}
		if dir := os.Getenv("WANGBAN_PICTURES"); dir != "" {
			_ = os.WriteFile(filepath.Join(dir, name+".pdf"), signed.PDF, 0o600)
			pages, _ := document.Pages(context.Background(), signed.PDF, 1000)
			_ = os.WriteFile(filepath.Join(dir, name+".png"), pages[0], 0o600)
		}
	}
	out, err := exec.Command("pdftotext", save(t, sign(t, a, drawn).PDF), "-").Output()
	if err != nil || !strings.Contains(string(out), "电子签名") || !strings.Contains(string(out), "TEST CA") || !strings.Contains(string(out), "2020年9月4日 12:00:00") {
		t.Errorf("the page says %q, %v", out, err)
	}
}

// look counts the dark pixels within a box, its frame left out.
func look(t *testing.T, file []byte, box document.Box) int {
	t.Helper()
	pages, err := document.Pages(context.Background(), file, 1190)
	if err != nil {
		t.Fatal(err)
	}
	page, err := png.Decode(bytes.NewReader(pages[box.Page-1]))
	if err != nil {
		t.Fatal(err)
	}
	const scale = 1190 / 595.276
	high := float64(page.Bounds().Dy())
	n := 0
	for y := int(high - (box.Y+box.H-2)*scale); y < int(high-(box.Y+2)*scale); y++ {
		for x := int((box.X + 2) * scale); x < int((box.X+box.W-2)*scale); x++ {
			if r, g, b, _ := page.At(x, y).RGBA(); r+g+b < 0x18000 {
				n++
			}
		}
	}
	return n
}

func TestNotSigned(t *testing.T) {
	a, _ := authority(t)
	ok := request(t, letter(t))
	for name, spoil := range map[string]func(*seal.Request){
		"nothing to show": func(r *seal.Request) { r.Picture = nil },
		"no picture":      func(r *seal.Request) { r.Picture = []byte("jpeg") },
		"no place":        func(r *seal.Request) { r.Box = seal.Box{} },
		"no such page":    func(r *seal.Request) { r.Box.Page = 9 },
		"no PDF":          func(r *seal.Request) { r.PDF = []byte("text") },
	} {
		r := ok
		spoil(&r)
		if signed, err := a.Sign(context.Background(), r); err == nil {
			t.Errorf("%s: signed %d bytes", name, len(signed.PDF))
		}
	}
}

func TestAuthorityIsKept(t *testing.T) {
	a, dir := authority(t)
	signed := sign(t, a, request(t, letter(t))).PDF
	for _, name := range []string{"ca.pem", "tsa.pem"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	roots, err := seal.Roots(dir)
	if err != nil {
		t.Fatal(err)
	}
	if report, err := seal.Verify(signed, roots); err != nil || !report.Genuine() {
		t.Errorf("without keys: %+v, %v", report, err)
	}
	for _, bad := range []string{t.TempDir(), save(t, []byte("no PEM"))} {
		if _, err := seal.Roots(bad); err == nil {
			t.Errorf("roots in %s", bad)
		}
	}
	again, err := seal.OpenAuthority(dir, clock)
	if err != nil || !again.Test() {
		t.Fatal(err)
	}
	if report, err := seal.Verify(signed, again.Roots()); err != nil || !report.Genuine() {
		t.Errorf("after opening again: %+v, %v", report, err)
	}
	// Another authority is put in its place: former signatures stay good.
	_, other := authority(t)
	for _, name := range []string{"ca.pem", "tsa.pem"} {
		content, err := os.ReadFile(filepath.Join(other, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	changed, err := seal.OpenAuthority(dir, clock)
	if err != nil {
		t.Fatal(err)
	}
	if report, err := seal.Verify(signed, changed.Roots()); err != nil || !report.Genuine() {
		t.Errorf("after a change of authority: %+v, %v", report, err)
	}
	if report, err := seal.Verify(sign(t, changed, request(t, letter(t))).PDF, again.Roots()); err != nil || report.Genuine() {
		t.Errorf("an authority that came later is trusted too soon: %+v, %v", report, err)
	}
	if err := os.Chmod(filepath.Join(dir, "ca.pem"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.OpenAuthority(dir, clock); err == nil {
		t.Error("a key that everyone can read is used")
	}
}

func TestOutOfTime(t *testing.T) {
	dir, at := t.TempDir(), noon
	a, err := seal.OpenAuthority(dir, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	for _, years := range []int{-1, 21} {
		at = noon.AddDate(years, 0, 0)
		if _, err := a.Sign(context.Background(), request(t, letter(t))); err == nil {
			t.Errorf("signed %d years off", years)
		}
	}
	at = noon.AddDate(0, 0, 30)
	if report, err := seal.Verify(sign(t, a, request(t, letter(t))).PDF, a.Roots()); err != nil || !report.Genuine() {
		t.Errorf("%+v, %v", report, err)
	}
}

func FuzzVerify(f *testing.F) {
	a, _ := authority(f)
	made := letter(f)
	f.Add(sign(f, a, request(f, made)).PDF)
	f.Add(made.PDF)
	f.Add([]byte("%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if report, err := seal.Verify(file, a.Roots()); err == nil && len(report.Signatures) == 0 {
			t.Error("neither signatures nor an error")
		}
	})
}
