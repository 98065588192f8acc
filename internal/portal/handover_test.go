package portal_test

import (
	"bytes"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"
	"time"
)

// photo is a picture like those people take.
func photo(t *testing.T) []byte { return photoOf(t, 800, 700) }

func photoOf(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: uint8(i * 7 % 251)}.Y
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The form stays open on the computer, the phone takes the picture: nothing
// typed is lost, the phone sees one question only, and the link ends.
func TestPictureByPhone(t *testing.T) {
	h := open(t)
	computer, phone := h.browser(), h.browser()
	p := computer.get("/items/legal-person-account")
	p = computer.post("/items/legal-person-account/start", p.hidden()...)
	id := pathID(p.path)
	const field = "files.licence"
	pageURL, wait := "/cases/"+id+"/form/files", "/cases/"+id+"/handover/"+field

	p = computer.get(pageURL).is(http.StatusOK, "用手机传")
	p = computer.post(pageURL, p.hidden("handover", field)...).is(http.StatusOK, "用手机传：营业执照", "还没有收到", "09:15")
	link := html.UnescapeString(p.find(`data-wb-copy="([^"]+)"`))
	token := strings.TrimPrefix(link, baseURL+"/h/")
	if token == link || strings.Contains(link, id) {
		t.Errorf("the link is %s", link)
	}
	computer.get(wait).is(http.StatusOK, "拍好后点这里刷新", "显示二维码").lacks(token)

	phone.get(link).is(http.StatusOK, "营业执照", "拍照或选文件").lacks(id)
	phone.get(wait).is(http.StatusNotFound)
	phone.get(pageURL).is(http.StatusNotFound)
	phone.post(link, "key", "none").is(http.StatusUnprocessableEntity, "还没有选照片")
	phone.upload(link, "file", "x.jpg", []byte("no picture"), "key", "bad").is(http.StatusUnprocessableEntity, `aria-invalid="true"`)
	picture := photo(t)
	for range 2 { // sent twice, it is there once
		phone.upload(link, "file", "licence.jpg", picture, "key", "once").is(http.StatusOK, "收到了：licence.jpg", "再拍一张")
	}
	fragment := computer.get(wait+"/files").is(http.StatusOK, "licence.jpg", "已上传").lacks("<html")
	if n := strings.Count(fragment.body, "<li>"); n != 1 {
		t.Errorf("%d files have come", n)
	}
	computer.get(pageURL).is(http.StatusOK, "licence.jpg")
	if s, _, err := h.door.Get(t.Context(), id); err != nil || len(s.Sessions) != 2 {
		t.Errorf("sessions that acted for the applicant: %v, %v", s.Sessions, err)
	}

	// A newer code ends the older, and a quarter of an hour every one.
	p = computer.post(wait).is(http.StatusOK)
	phone.get(link).is(http.StatusGone, "二维码已经失效")
	link = html.UnescapeString(p.find(`data-wb-copy="([^"]+)"`))
	phone.get(link).is(http.StatusOK)
	h.wait(15 * time.Minute)
	phone.get(link).is(http.StatusGone)
	phone.upload(link, "file", "licence.jpg", picture, "key", "late").is(http.StatusGone)
	computer.get("/cases/" + id + "/handover/unit.name").at("/cases/" + id + "/tasks")
	computer.get("/cases/" + id + "/handover/nothing").at("/cases/" + id + "/tasks")
}

// A picture that the form refuses does not take the place of a good one,
// neither in the form nor from the phone; why is said beside the question.
func TestRefusedPictureReplacesNothing(t *testing.T) {
	h := open(t)
	b, phone := h.browser(), h.browser()
	p := b.get("/items/legal-person-account")
	id := pathID(b.post("/items/legal-person-account/start", p.hidden()...).path)
	const field = "files.licence"
	pageURL := "/cases/" + id + "/form/files"
	send := func(name string, content []byte, button string) page {
		return b.upload(pageURL, field, name, content, b.get(pageURL).hidden("upload", button)...)
	}
	send("good.jpg", photo(t), field).is(http.StatusOK, "good.jpg")
	small := photoOf(t, 400, 300)
	send("small.jpg", small, field).is(http.StatusUnprocessableEntity, `id="files.licence-error"`, "短边只有 300 像素", "good.jpg").lacks("small.jpg")
	send("none.txt", []byte("words"), field).is(http.StatusUnprocessableEntity, `id="files.licence-error"`, "good.jpg").lacks("none.txt")
	refused := send("small.jpg", small, "").is(http.StatusUnprocessableEntity, "短边只有 300 像素", "good.jpg") // with 保存并继续
	if n := strings.Count(refused.body, `id="files.licence-error"`); n != 1 {
		t.Errorf("the question has %d problems", n)
	}

	p = b.post(pageURL, b.get(pageURL).hidden("handover", field)...)
	link := html.UnescapeString(p.find(`data-wb-copy="([^"]+)"`))
	phone.upload(link, "file", "small.jpg", small, "key", "small").is(http.StatusUnprocessableEntity, "短边只有 300 像素")
	b.get(pageURL).is(http.StatusOK, "good.jpg").lacks("small.jpg")
	phone.upload(link, "file", "better.jpg", photoOf(t, 900, 700), "key", "better").is(http.StatusOK)
	b.get(pageURL).is(http.StatusOK, "better.jpg").lacks("good.jpg")
}
