package material

import (
	"bytes"
	"encoding/binary"
)

// Cameras store a picture as the sensor saw it, with a note which way is up:
// tag 0x0112 of the EXIF block (CIPA DC-008), a TIFF structure.

// orientation reads the note, 1 to 8; 1, upright, when there is none.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for n := order.Uint16(tiff[at:]); n > 0 && len(entries) >= 12; n, entries = n-1, entries[12:] {
		const tag, short = 0x0112, 3
		if order.Uint16(entries) != tag || order.Uint16(entries[2:]) != short {
			continue
		}
		if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
			return o
		}
	}
	return 1
}

// walkJPEG goes over the segments of a JPEG (ITU-T T.81, Annex B): it finds the
// orientation and counts the scans.
func walkJPEG(b []byte) (turned, scans int) {
	const app1, startOfScan, endOfImage = 0xe1, 0xda, 0xd9
	turned = 1
	for i := 2; i+4 <= len(b); {
		marker := b[i+1]
		switch {
		case b[i] != 0xff || marker == 0x00 || marker == 0xff || marker >= 0xd0 && marker <= 0xd8:
			i++ // data of a scan, or filling
			continue
		case marker == endOfImage:
			return turned, scans
		case marker == startOfScan:
			scans++
		}
		end := i + 2 + int(binary.BigEndian.Uint16(b[i+2:]))
		if end > len(b) {
			return turned, scans
		}
		if tiff, ok := bytes.CutPrefix(b[i+4:max(end, i+4)], []byte("Exif\x00\x00")); ok && marker == app1 && scans == 0 {
			turned = orientation(tiff)
		}
		i = max(end, i+2)
	}
	return turned, scans
}

// pngOrientation finds the eXIf chunk (PNG 3rd edition, 11.3.4.5).
func pngOrientation(b []byte) int {
	for i := 8; i+8 <= len(b); {
		size := int(binary.BigEndian.Uint32(b[i:]))
		end := i + 8 + size
		if end > len(b) {
			return 1
		}
		if string(b[i+4:i+8]) == "eXIf" {
			return orientation(b[i+8 : end])
		}
		i = end + 4 // the checksum
	}
	return 1
}

// webpOrientation finds the EXIF chunk of the RIFF container. Some write the
// head of JPEG's segment into it, too.
func webpOrientation(b []byte) int {
	for i := 12; i+8 <= len(b); {
		size := int(binary.LittleEndian.Uint32(b[i+4:]))
		end := i + 8 + size
		if end > len(b) {
			return 1
		}
		if string(b[i:i+4]) == "EXIF" {
			return orientation(bytes.TrimPrefix(b[i+8:end], []byte("Exif\x00\x00")))
		}
		i = end + size%2
	}
	return 1
}

// riffSize is how long a RIFF file says it is.
func riffSize(b []byte) int { return 8 + int(binary.LittleEndian.Uint32(b[4:])) }
