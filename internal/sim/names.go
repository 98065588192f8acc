package sim

import (
	"strings"

	"wangban/internal/cn"
	"wangban/internal/registry"
)

// kind of entity with how its names end and what it trades in.
type kind struct {
	kind    string
	code    cn.Kind
	weight  int
	trades  string
	endings []string
}

func (k kind) share() int { return k.weight }

var kinds = []kind{
	{"sole_trader", cn.SoleTrader, 750, "shop", strings.Fields("店 铺 部 行 馆 坊")},
	{"enterprise", cn.Enterprise, 170, "company", strings.Fields("有限公司 有限责任公司 股份有限公司 （集团）有限公司")},
	{"sole_proprietorship", cn.Enterprise, 20, "works", strings.Fields("厂 经营部 加工厂")},
	{"partnership", cn.Enterprise, 10, "company", strings.Fields("中心（有限合伙） 事务所（普通合伙）")},
	{"branch", cn.Enterprise, 20, "company", strings.Fields("有限公司第一分公司 有限公司第二分公司 有限公司开发区分公司")},
	{"cooperative", cn.Cooperative, 30, "farm", strings.Fields("专业合作社 农民专业合作社 专业合作社联合社")},
}

// trade is what an entity does, as its name and its scope say.
type trade struct {
	word, scope string
	weight      int
}

func (t trade) share() int { return t.weight }

var trades = map[string][]trade{
	"shop": {
		{"便利", "预包装食品、日用百货、卷烟零售。", 18}, {"面", "餐饮服务（小型餐饮）。", 10}, {"小吃", "餐饮服务（小吃）。", 12},
		{"土菜", "餐饮服务。", 6}, {"服装", "服装、鞋帽零售。", 10}, {"五金", "五金、建材零售。", 8}, {"理发", "理发服务。", 7},
		{"水果", "水果、蔬菜零售。", 8}, {"茶叶", "茶叶零售；预包装食品销售。", 6}, {"农资", "化肥、不再分装的种子零售。", 5}, {"家电维修", "家用电器修理。", 4},
		{"手机", "通信设备零售、修理。", 4}, {"早点", "餐饮服务（早点）。", 5},
	},
	"company": {
		{"商贸", "日用百货、预包装食品批发、零售。", 16}, {"建筑工程", "房屋建筑工程、市政工程施工。", 12}, {"茶业", "茶叶种植、加工、销售。", 10},
		{"物流", "普通货物道路运输。", 8}, {"电子科技", "电子元器件研发、生产、销售。", 10}, {"文化传媒", "广告设计、制作、发布。", 6}, {"旅游开发", "旅游资源开发；景区管理。", 5},
		{"食品", "食品生产；食品销售。", 8}, {"羽绒制品", "羽绒制品生产、销售。", 8}, {"企业管理咨询", "企业管理咨询；代理记账。", 6},
	},
	"works": {
		{"粮油加工", "粮食加工；食用油零售。", 5}, {"竹木制品", "竹木制品加工、销售。", 5}, {"砖瓦", "砖瓦制造、销售。", 2}, {"服装", "服装加工、销售。", 4},
	},
	"farm": {
		{"茶叶种植", "组织成员开展茶叶种植、初加工、销售。", 6}, {"生态养殖", "组织成员开展畜禽养殖、销售。", 6}, {"水稻种植", "组织成员开展水稻种植、粮食烘干。", 5},
		{"中药材种植", "组织成员开展中药材种植、销售。", 3}, {"蔬菜种植", "组织成员开展蔬菜种植、销售。", 4},
	},
}

// standing is a status with its share.
type standing struct {
	status registry.Status
	weight int
}

func (s standing) share() int { return s.weight }

var statuses = []standing{
	{registry.Living, 900}, {registry.Deregistered, 55}, {registry.Revoked, 30}, {registry.Dormant, 5}, {registry.Moved, 7}, {registry.WindingUp, 3},
}

var (
	first    = strings.Split("龙万春文周飞桃杭汤山梅河南晓千百鼎金永福兴宏盛嘉瑞佳新恒泰安祥顺丰源聚德诚信华中大众凯天亿君锦", "")
	second   = strings.Split("舒佛秋翁瑜霞溪埠池茶岭棚港天桥神盛达隆旺昌发顺和润泽源祥瑞康宁远通汇鑫辉腾翔胜悦美丽雅馨居园", "")
	calls    = strings.Fields("记 氏 家 大姐 二哥 师傅 老")
	families = strings.Split("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文束", "")
	given    = strings.Split("伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂玉兰凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思海山仁波宽义兴良", "")
	streets  = strings.Fields("人民路 解放路 建设路 桃溪路 春秋路 古城路 花桥路 河口街 老街 新街 中心村 联合村 光明村 龙河路 城东路 学府路")
)
