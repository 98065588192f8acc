package desk

import (
	"net/http"

	"wangban/internal/web"
)

// shortcut is a key of the workbench. All of them only save steps: everything
// works without.
type shortcut struct{ Keys, Text string }

var shortcuts = []struct {
	Where string
	Keys  []shortcut
}{
	{"待办和全部办件", []shortcut{{"J", "下一件"}, {"K", "上一件"}, {"Enter", "打开"}, {"/", "查找"}}},
	{"办件页", []shortcut{{"J", "下一项"}, {"K", "上一项"}, {"1", "这一项对，到下一项"}, {"2", "这一项不对，选原因"}}},
	{"所有页面", []shortcut{{"?", "这张表"}}},
}

func (d *Desk) keys(w http.ResponseWriter, r *http.Request) {
	web.Render(w, r, http.StatusOK, keysPage())
}
