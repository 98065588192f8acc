package e2e

import "testing"

// Services are found by what people write, by the first letters of the pinyin,
// by theme and by what happens in life; where nothing fits, there is a way on.
func TestFindingServices(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, w := range []window{desktop, narrow} {
		p := s.visitor(t, w.name, w).open("/")
		p.fill("搜索事项", "我要开饭店").press("搜索").sees("“我要开饭店”找到", "食品经营许可证新办", "个体工商户设立登记")
		p.fill("搜索事项", "食品经营许可").press("搜索").sees("“食品经营许可”找到", "食品经营许可证延续")
		p.fill("搜索事项", "spba").press("搜索").sees("“spba”找到", "预包装食品")
		p.fill("搜索事项", "dianti").press("搜索").sees("“dianti”找到", "特种设备使用登记")
		p.press("特种设备使用登记").sees("要准备的材料", "多久办好")
		p.open("/items").fill("搜索事项", "护照签证").press("搜索").sees("没有找到这样的事项", "0564-8620000")
		p.fill("搜索事项", "食品经营许可证变跟").press("搜索").sees("你要找的是不是这些", "变更")
		p.press("看全部事项").sees("一共 ")
		p.open("/").press("开餐馆").sees("开餐馆 ✕", "食品经营许可证新办", "个体工商户设立登记")
	}
}
