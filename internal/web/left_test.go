package web_test

import (
	"testing"
	"time"

	"wangban/internal/web"
)

func TestLeft(t *testing.T) {
	for left, says := range map[time.Duration]string{
		48 * time.Hour: "48 小时", 48*time.Hour - time.Second: "48 小时", 48*time.Hour - time.Minute: "47 小时",
		23*time.Hour + 4*time.Minute + time.Nanosecond: "23 小时 5 分钟", 24*time.Hour - time.Second: "24 小时",
		time.Hour: "1 小时 0 分钟", 30 * time.Minute: "30 分钟", 59*time.Minute + 30*time.Second: "1 小时 0 分钟",
		time.Minute: "1 分钟", time.Second: "不到 1 分钟", 0: "已到时间", -time.Hour: "已到时间",
		72*time.Hour - time.Millisecond: "3 天", 100 * time.Hour: "4 天",
	} {
		if got := web.Left(t.Context(), left); got != says {
			t.Errorf("%v: %s, not %s", left, got, says)
		}
	}
}
