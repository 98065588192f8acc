package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// The flow sheet comes out of the printer on one A4 page, in both languages.
//
func TestFlowSheetIsOnePage(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, language := range []string{"中文", "English"} {
		p := s.visitor(t, language, desktop).open("/")
		if language == "English" {
			p.press(language)
		}
		p.open("/items/legal-person-account/sheet")
		own := true
		printed, err := chromedp.Call(p.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &own, PrintBackground: &own})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "sheet.pdf")
		if err := os.WriteFile(file, printed.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		told, err := exec.Command("pdfinfo", file).CombinedOutput()
		if err != nil {
			t.Fatalf("pdfinfo (of poppler-utils): %v\n%s", err, told)
		}
		info := strings.Join(strings.Fields(string(told)), " ")
		if !strings.Contains(info, "Pages: 1 ") || !strings.Contains(info, "(A4)") {
			t.Errorf("%s: printed as %s", language, told)
		}
	}
}
