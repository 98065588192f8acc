package material

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// seeds are files of each kind: good, turned, cut off, locked, blown up.
func seeds(f *testing.F) (found [][]byte) {
	f.Helper()
	photo, drawing := encodeJPEG(f, page(60, 80)), encodePNG(f, page(60, 80))
	for o := range uint16(10) {
		tiff := camera(binary.LittleEndian, o)
		found = append(found, withEXIF(photo, tiff), pngWithEXIF(drawing, tiff), withEXIF(photo, camera(binary.BigEndian, o)))
	}
	paths, err := filepath.Glob("testdata/*.webp")
	if err != nil || len(paths) == 0 {
		f.Fatal(paths, err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		found = append(found, b)
	}
	found = append(found, photo, drawing, realPDF(f, 2, ""), realPDF(f, 1, "geheim"), packedPDF(f, 2, "/Encrypt 1 0 R"), ofdOf(f, 2))
	for _, b := range slices.Clone(found) {
		found = append(found, b[:len(b)/2], b[:len(b)-1])
	}
	return append(found,
		nil, []byte("<svg/>"), []byte("RIFF\x04\x00\x00\x00WEBP"), []byte("\xff\xd8\xff\xda\x00\x00"), []byte("%PDF-startxref 0 %%EOF"),
		[]byte("PK\x03\x04PK\x05\x06"), pngOfSize(drawing, 60_000, 60_000), pngOfSize(drawing, 20_000, 2500),
		packedPDF(f, 1, strings.Repeat(" ", pdfText)))
}

// FuzzIntake hands in anything: it is refused with words, or it is kept as it
// came and its view is a picture of bounded size without the uploader's data.
func FuzzIntake(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
	}
	m := testRoom(f, Options{})
	rules := DefaultRules()
	rules.MaxPixels = 1_000_000 // keeps the fuzzer fast
	f.Fuzz(func(t *testing.T, b []byte) {
		file, hints, err := m.Intake(context.Background(), "材料.jpg", bytes.NewReader(b), rules)
		if err != nil {
			var r *Refusal
			if !errors.As(err, &r) || r.Text == "" || r.Code == CodeTrouble || strings.Contains(r.Error(), "%!") {
				t.Errorf("refused with %v", err)
			}
			return
		}
		if sum := sha256.Sum256(b); file.Hash != hex.EncodeToString(sum[:]) || file.Size != int64(len(b)) {
			t.Errorf("%d bytes became %+v", len(b), file)
		}
		for _, h := range hints {
			if strings.Contains(h.String(), "%!") {
				t.Errorf("hint %q", h)
			}
		}
		if file.View == "" {
			if file.Pages < 1 || file.Width != 0 {
				t.Errorf("no view of %+v", file)
			}
			return
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(stored(t, m, file.View)))
		if err != nil || max(config.Width, config.Height) > viewSide || file.Pages != 0 || file.Width*file.Height > rules.MaxPixels {
			t.Errorf("the view of %+v is %+v: %v", file, config, err)
		}
	})
}

// FuzzOrientation reads EXIF blocks, by themselves and in their containers.
func FuzzOrientation(f *testing.F) {
	for o := range uint16(10) {
		f.Add(camera(binary.LittleEndian, o))
		f.Add(camera(binary.BigEndian, o))
	}
	f.Add([]byte("II*\x00\xff\xff\xff\xff"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\xff\xff"))
	photo, drawing := encodeJPEG(f, image.NewGray(image.Rect(0, 0, 8, 8))), encodePNG(f, image.NewGray(image.Rect(0, 0, 8, 8)))
	f.Fuzz(func(t *testing.T, tiff []byte) {
		o := orientation(tiff)
		if o < 1 || o > 8 {
			t.Errorf("turned %d", o)
		}
		if len(tiff) > 60_000 {
			return
		}
		if got, scans := walkJPEG(withEXIF(photo, tiff)); got != o || scans != 1 {
			t.Errorf("in a JPEG turned %d with %d scans, by itself %d", got, scans, o)
		}
		if got := pngOrientation(pngWithEXIF(drawing, tiff)); got != o {
			t.Errorf("in a PNG turned %d, by itself %d", got, o)
		}
		walkJPEG(tiff)
		pngOrientation(tiff)
		webpOrientation(tiff)
	})
}
