package signpages

import "strings"

// device tells what kind of device a browser says it runs on: enough for the
// signer to recognise their own openings, too little to follow anybody.
func device(userAgent string) string {
	has := func(marks ...string) bool {
		for _, m := range marks {
			if strings.Contains(userAgent, m) {
				return true
			}
		}
		return false
	}
	switch inWeChat := has("MicroMessenger"); {
	case has("OpenHarmony", "HarmonyOS") && inWeChat:
		return "鸿蒙手机上的微信"
	case has("iPhone") && inWeChat:
		return "苹果手机上的微信"
	case has("Android") && inWeChat:
		return "安卓手机上的微信"
	case inWeChat:
		return "电脑上的微信"
	case has("OpenHarmony", "HarmonyOS"):
		return "鸿蒙设备"
	case has("iPhone"):
		return "苹果手机"
	case has("iPad"), has("Android") && !has("Mobile"):
		return "平板"
	case has("Android"):
		return "安卓手机"
	case has("Windows", "Macintosh", "X11", "Linux"):
		return "电脑"
	}
	return "其他设备"
}
