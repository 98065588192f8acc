package material

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
)

const (
	ofdFiles  = 5000
	ofdUnzips = 200 << 20 // bytes, of all files together
)

var errUnzips = errors.New("it unpacks to too much")

// inspectOFD checks that an OFD document (版式文档, GB/T 33190-2016) is a whole
// ZIP of bearable size with a first document in it, and counts its pages.
func inspectOFD(b []byte, rules Rules) (content, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return content{}, refuse(CodeCut, "文件不完整，后面一截没有传上来。重新传一次。").because(err)
	}
	files := map[string]*zip.File{}
	for _, f := range z.File {
		files[f.Name] = f
	}
	switch {
	case files["[Content_Types].xml"] != nil:
		return content{}, errOffice()
	case files["OFD.xml"] == nil:
		return content{}, errArchive()
	}
	if err := checkZIP(z); err != nil {
		return content{}, err
	}
	if files["Encryptions.xml"] != nil || files["Doc_0/Encryptions.xml"] != nil {
		return content{}, errLocked()
	}
	var root struct {
		XMLName xml.Name
		Bodies  []struct {
			Root string `xml:"DocRoot"`
		} `xml:"DocBody"`
	}
	if err := readXML(files["OFD.xml"], &root); err != nil || root.XMLName.Local != "OFD" || len(root.Bodies) == 0 {
		return content{}, errDamagedOFD(err)
	}
	c := content{}
	for _, body := range root.Bodies {
		var document struct {
			Pages []struct {
				At string `xml:"BaseLoc,attr"`
			} `xml:"Pages>Page"`
		}
		at := strings.TrimPrefix(path.Clean(strings.TrimSpace(body.Root)), "/")
		if err := readXML(files[at], &document); err != nil {
			return content{}, errDamagedOFD(err)
		}
		c.pages += len(document.Pages)
	}
	switch {
	case c.pages == 0:
		return content{}, errDamagedOFD(nil)
	case c.pages > rules.MaxPages:
		return content{}, errPages(c.pages, rules)
	}
	return c, nil
}

func errDamagedOFD(err error) *Refusal {
	return refuse(CodeDamaged, "这个 OFD 文件打不开，可能已经损坏。重新下载或导出一份再传；也可以转成 PDF。").because(err)
}

func errLocked() *Refusal {
	return refuse(CodeEncrypted, "这个文件加了密码，打不开。去掉密码，或转成 PDF 再传。")
}

// checkZIP unpacks all files into nothing: their checksums must hold, and what
// comes out must not be far more than it should. What the ZIP says about sizes
// is not believed.
func checkZIP(z *zip.Reader) error {
	bomb := refuse(CodeBomb, "这个文件解开后大得不正常，没有收。转成 PDF 再传。")
	if len(z.File) > ofdFiles {
		return bomb
	}
	left := int64(ofdUnzips)
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return errLocked()
		}
		if name := strings.TrimSuffix(f.Name, "/"); !fs.ValidPath(name) || strings.Contains(name, `\`) {
			return errMixed()
		}
		n, err := unzip(f, io.Discard, left)
		if errors.Is(err, errUnzips) {
			return bomb.because(err)
		} else if err != nil {
			return errDamagedOFD(err)
		}
		left -= n
	}
	return nil
}

func unzip(f *zip.File, w io.Writer, limit int64) (n int64, err error) {
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(w, io.LimitReader(r, limit+1))
	if n > limit {
		err = errUnzips
	}
	return n, errors.Join(err, r.Close())
}

// readXML reads a description, which is small.
func readXML(f *zip.File, into any) error {
	if f == nil {
		return fs.ErrNotExist
	}
	var b bytes.Buffer
	if _, err := unzip(f, &b, 4<<20); err != nil {
		return err
	}
	return xml.Unmarshal(b.Bytes(), into)
}
