package material

import (
	"bytes"
	"regexp"
	"slices"
)

// signatures are how files begin.
var signatures = []struct {
	begin string
	kind  Kind
}{
	{"\xff\xd8\xff", JPEG},
	{"\x89PNG\r\n\x1a\n", PNG},
	{"%PDF-", PDF},
	{"PK\x03\x04", OFD}, // any ZIP; looked at more closely later
}

// sniff tells the kind of a file from its first bytes, and refuses others with
// the advice that fits what they seem to be.
func sniff(b []byte, kinds []Kind) (Kind, error) {
	kind := Kind("")
	for _, s := range signatures {
		if bytes.HasPrefix(b, []byte(s.begin)) {
			kind = s.kind
		}
	}
	if isRIFF(b, "WEBP") {
		kind = WebP
	}
	if kind == "" {
		return "", foreign(b)
	}
	if !slices.Contains(kinds, kind) {
		return "", refuse(CodeKind, "这里不收这种格式的文件。换成 JPG、PNG、WebP 图片或 PDF、OFD 再传。")
	}
	return kind, nil
}

func isRIFF(b []byte, form string) bool {
	return len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == form
}

// foreign advises on the files that people hand in by mistake.
func foreign(b []byte) *Refusal {
	begin := bytes.TrimLeft(bytes.TrimPrefix(b[:min(len(b), 1024)], []byte("\xef\xbb\xbf")), " \t\r\n")
	lower := bytes.ToLower(begin)
	brand := ""
	if len(b) >= 12 && string(b[4:8]) == "ftyp" {
		brand = string(b[8:12])
	}
	switch {
	case slices.Contains([]string{"heic", "heix", "heim", "hevc", "mif1", "msf1", "avif"}, brand):
		return refuse(CodeKind, "这是 HEIC 格式的照片，这里打不开。苹果手机在“设置—相机—格式”里选“兼容性最佳”再拍一张；或把照片截屏后传截图。")
	case brand != "":
		return refuse(CodeKind, "这是视频，不是材料的照片。拍成照片再传。")
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return errOffice()
	case bytes.HasPrefix(lower, []byte("<")):
		return refuse(CodeKind, "这是网页或矢量图文件，不能当材料收。把页面打印成 PDF，或截屏后传图片。")
	case bytes.HasPrefix(b, []byte("II*\x00")), bytes.HasPrefix(b, []byte("MM\x00*")), bytes.HasPrefix(b, []byte("GIF8")), bytes.HasPrefix(b, []byte("BM")):
		return refuse(CodeKind, "这种图片格式（TIFF、GIF 或 BMP）这里不收。用看图软件另存为 JPG 再传。")
	case bytes.HasPrefix(b, []byte("Rar!")), bytes.HasPrefix(b, []byte("7z\xbc\xaf")):
		return errArchive()
	}
	return refuse(CodeKind, "认不出这个文件是什么。只收 JPG、PNG、WebP 图片或 PDF、OFD；换一种格式再传。")
}

func errOffice() *Refusal {
	return refuse(CodeKind, "这是 Word、Excel 一类的文档。在电脑上用“另存为”或“导出”存成 PDF 再传。")
}

func errArchive() *Refusal {
	return refuse(CodeKind, "这是压缩包。解开后把里面的图片或 PDF 一个个传上来。")
}

// programs are how web pages begin, which no picture contains.
var programs = regexp.MustCompile(`(?i)<(script|html|!doctype|svg|iframe|\?php)`)

// mixed refuses a picture that is another kind of file, too (a polyglot). Such
// files are made to pass one program's check and be run by another. Trailing
// bytes alone are no reason: phones append previews and films.
func mixed(b []byte) error {
	if bytes.Contains(b, []byte("%PDF-")) {
		return errMixed()
	}
	if err := mixedText(b); err != nil {
		return err
	}
	return mixedArchive(b)
}

// mixedText refuses what a browser could take for a page.
func mixedText(b []byte) error {
	if programs.Match(b) {
		return errMixed()
	}
	return nil
}

// mixedArchive refuses a file that can be unpacked as a ZIP.
func mixedArchive(b []byte) error {
	for _, part := range []string{"PK\x03\x04", "PK\x01\x02", "PK\x05\x06"} {
		if !bytes.Contains(b, []byte(part)) {
			return nil
		}
	}
	return errMixed()
}

func errMixed() *Refusal {
	return refuse(CodeMixed, "这个文件里夹带了别的内容，为了安全没有收。重新拍照，或打印成 PDF 再传。")
}
