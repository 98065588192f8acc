package material

import (
	"image"
	"slices"

	"golang.org/x/image/draw"
)

// What makes a picture hard to read is measured on a grey copy of this side:
// letters of an A4 page are then eight pixels high, and what cannot be read
// there is hard to read anywhere.
const measureSide = 1000

// The bounds were set on drawn pages, sharp, blurred, darkened and emptied. They
// are low: a hint that is wrong half the time is soon read by nobody.
const (
	sharpEnough  = 60.0 // of the variance of the second derivative, where most happens
	brightEnough = 60.0 // of the mean, 0 to 255
	fullEnough   = 4.0  // of the standard deviation
)

// hints are what the person should look at before going on.
func hints(view *image.RGBA, short int, rules Rules) (found []Hint) {
	if short < rules.MinShortSide {
		found = append(found, Hint{"small", "图片的短边只有 %d 像素，文字可能看不清。走近一点重拍，短边最好有 %d 像素。", []any{short, rules.MinShortSide}})
	}
	grey := greyCopy(view)
	mean, variance := spread(grey.Pix)
	switch {
	case mean < brightEnough:
		found = append(found, Hint{Code: "dark", Text: "照片太暗，文字可能看不清。到亮一点的地方重拍会更快通过。"})
	case variance < fullEnough*fullEnough:
		found = append(found, Hint{Code: "blank", Text: "照片上几乎什么也没有。点开看一眼，是不是传错了。"})
	case sharpness(grey) < sharpEnough:
		found = append(found, Hint{Code: "blurred", Text: "照片有些模糊，文字可能看不清。把手机拿稳、对准焦点重拍会更快通过。"})
	}
	return found
}

func greyCopy(view *image.RGBA) *image.Gray {
	w, h := view.Rect.Dx(), view.Rect.Dy()
	if long := max(w, h); long > measureSide {
		w, h = max(1, w*measureSide/long), max(1, h*measureSide/long)
	}
	grey := image.NewGray(image.Rect(0, 0, w, h))
	shrinkTo(grey, view, draw.Src)
	return grey
}

func spread[T uint8 | int](values []T) (mean, variance float64) {
	var sum, squares float64
	for _, v := range values {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	n := float64(max(1, len(values)))
	mean = sum / n
	return mean, squares/n - mean*mean
}

// sharpness is the variance of the Laplacian in the tile that ranks a tenth
// from the top: paper is mostly empty, so the whole picture's would say little,
// and the very sharpest tile may be the edge of the table.
func sharpness(g *image.Gray) float64 {
	const tiles = 8
	w, h := g.Rect.Dx(), g.Rect.Dy()
	var found []float64
	for ty := range tiles {
		for tx := range tiles {
			var second []int
			for y := max(1, ty*h/tiles); y < min(h-1, (ty+1)*h/tiles); y++ {
				for x := max(1, tx*w/tiles); x < min(w-1, (tx+1)*w/tiles); x++ {
					i := y*g.Stride + x
					second = append(second, 4*int(g.Pix[i])-int(g.Pix[i-1])-int(g.Pix[i+1])-int(g.Pix[i-g.Stride])-int(g.Pix[i+g.Stride]))
				}
			}
			_, variance := spread(second)
			found = append(found, variance)
		}
	}
	slices.Sort(found)
	return found[len(found)*9/10]
}
