package seal

import (
	"testing"

	"wangban/internal/english"
)

// onPaper is what stands in documents and certificates, which are in Chinese.
var onPaper = []string{
	"Wangban 网办", "证照二维码 / licence QR codes", "测试 CA / TEST CA", "测试时间戳 / TEST TSA", "签名涵盖：", "；", "、", "。；",
	"2006年1月2日 15:04:05", "电子签名　%s　%s", "证书号 %s　ECDSA P-256, SHA-256", "测试 CA 签发，仅供试用 / issued by a TEST CA",
}

func TestEnglish(t *testing.T) { english.Complete(t, English, onPaper...) }
