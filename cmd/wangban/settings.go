package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"wangban/internal/account"
	"wangban/internal/document/pdf"
)

// settings are what an installation can be told. The defaults start a working
// installation on one machine with nothing else installed.
type settings struct {
	Data     string `env:"WANGBAN_DATA" help:"Folder for everything the installation keeps: database, files, keys. Default: wangban-data, for the demo wangban-demo."`
	Database string `env:"WANGBAN_DATABASE" help:"sqlite:PATH or postgres://… Default: SQLite in the data folder."`
	Files    string `env:"WANGBAN_FILES" help:"folder:PATH or s3://BUCKET/PREFIX?endpoint=… Default: a folder in the data folder."`
	Listen   string `default:"127.0.0.1:8080" env:"WANGBAN_LISTEN" help:"Address of the portal and the workbench."`
	Private  string `default:"127.0.0.1:8081" env:"WANGBAN_PRIVATE" help:"Address of metrics and readiness; keep it away from the public. Empty: none."`
	URL      string `env:"WANGBAN_URL" help:"How people reach the portal, e.g. https://zwfw.example.gov.cn; used in messages and QR codes. Passkeys (通行密钥) are bound to its host name: they are offered over https, or at http://localhost, and not where the host is an IP address; with another name those added before no longer work. Default: from the listening address, http://localhost:PORT where that is this machine's own."`
	County   string `env:"WANGBAN_COUNTY" help:"YAML file that describes the installation: names, towns, units. Default: the shipped example, Shucheng."`
	Calendar string `env:"WANGBAN_CALENDAR" help:"JSON file with years of the workday calendar, by the State Council's notice; they are added to the shipped ones (2020–2027, the last without its notice) or take their place. Form: {\"years\": {\"2027\": {\"status\": \"official\", \"off\": {\"2027-01-01\": \"元旦\"}, \"work\": {}}}}."`
	Items    string `env:"WANGBAN_ITEMS" help:"Folder whose items are added to, or override, the shipped ones. Default: items/ in the data folder."`

	Fonts []string `env:"WANGBAN_FONTS" help:"Font files (TTF, OTF, TTC), separated by commas, that are asked in this order, character by character, for rare characters (生僻字) of names which the embedded font lacks. none: no other. Default: those of Debian's package fonts-hanazono, where it is installed. A document in which a character of no font would stand is not issued."`

	SMS         smsSettings   `embed:"" prefix:"sms-" envprefix:"WANGBAN_SMS_"`
	Face        faceSettings  `embed:"" prefix:"face-" envprefix:"WANGBAN_FACE_"`
	Codes       codeSettings  `embed:"" prefix:"code-" envprefix:"WANGBAN_CODE_"`
	ProxyHeader string        `env:"WANGBAN_PROXY_HEADER" help:"Header in which the reverse proxy in front tells the client's address, e.g. X-Real-IP or X-Forwarded-For; the proxy must set or append it itself. Empty: there is no proxy, the connection tells."`
	Scanner     string        `env:"WANGBAN_VIRUS_SCANNER" help:"tcp://HOST:PORT or unix:PATH of a ClamAV daemon that uploads are shown to. Empty: none."`
	StopGrace   time.Duration `default:"20s" env:"WANGBAN_STOP_GRACE" help:"How long running requests and jobs may take to finish when stopping."`
}

// smsSettings choose who delivers messages. Without any, messages are kept in
// the outbox and shown to the operator, and nothing is sent.
type smsSettings struct {
	Provider string `default:"none" enum:"none,aliyun,tencent,aliyun+tencent" env:"PROVIDER" help:"Who sends SMS: none, aliyun, tencent, or both with failover (aliyun+tencent)."`

	AliyunEndpoint  string            `env:"ALIYUN_ENDPOINT" help:"Address of the API; empty: the public one."`
	AliyunKey       string            `env:"ALIYUN_KEY" help:"AccessKey ID."`
	AliyunSecret    string            `env:"ALIYUN_SECRET" help:"AccessKey secret."`
	AliyunTemplates map[string]string `env:"ALIYUN_TEMPLATES" help:"Our template names to the provider's codes: signing-request=SMS_1;…"`

	TencentEndpoint  string            `env:"TENCENT_ENDPOINT" help:"Address of the API; empty: the public one."`
	TencentKey       string            `env:"TENCENT_KEY" help:"SecretId."`
	TencentSecret    string            `env:"TENCENT_SECRET" help:"SecretKey."`
	TencentApp       string            `env:"TENCENT_APP" help:"SmsSdkAppId."`
	TencentTemplates map[string]string `env:"TENCENT_TEMPLATES" help:"Our template names to the provider's: signing-request=1110:agent,unit,deadline,url;…"`

	Hook string `env:"HOOK" help:"Secret part of the address to which the provider pushes delivery reports: /hooks/sms/PROVIDER/SECRET."`
}

// faceSettings choose who compares faces. Without any, a camera picture is
// kept for the reviewer's eye, and labelled so.
type faceSettings struct {
	Provider      string `default:"none" enum:"none,aliyun" env:"PROVIDER" help:"Who verifies faces: none or aliyun."`
	Endpoint      string `env:"ENDPOINT" help:"Address of the API; empty: the public one."`
	Key           string `env:"KEY" help:"AccessKey ID."`
	Secret        string `env:"SECRET" help:"AccessKey secret."`
	Scene         int64  `env:"SCENE" help:"SceneId of the provider's console."`
	CallbackToken string `env:"CALLBACK_TOKEN" help:"Token that the provider's callback carries."`
}

// codeSettings bound what one client can have sent to numbers it has typed.
// Behind a proxy, ProxyHeader must be set for the limit per address to count.
type codeSettings struct {
	PerNumber  int `default:"20" env:"PER_NUMBER" help:"One-time codes a number gets in a day, for each kind of purpose (result query, password, proving a number, log-in, signing)."`
	PerSession int `default:"5" env:"PER_SESSION" help:"Numbers that one browser may ask one-time codes for in a day."`
	PerAddress int `default:"20" env:"PER_ADDRESS" help:"Numbers that one client address may ask one-time codes for in a day; raise it where many people share an address."`
}

// limits are the domain sheet's with what is set here.
func (c codeSettings) limits() account.Limits {
	l := account.DefaultLimits
	for _, set := range []struct {
		to *int
		by int
	}{{&l.CodesPerDay, c.PerNumber}, {&l.Session, c.PerSession}, {&l.Address, c.PerAddress}} {
		if set.by > 0 {
			*set.to = set.by
		}
	}
	return l
}

// database is the address of the database.
func (s settings) database() string {
	if s.Database != "" {
		return s.Database
	}
	return "sqlite:" + filepath.Join(s.Data, "wangban.db")
}

// files is the address of the file store.
func (s settings) files() string {
	if s.Files != "" {
		return s.Files
	}
	return "folder:" + filepath.Join(s.Data, "files")
}

// items is the folder of the installation's own items; "" when there is none.
func (s settings) items() string {
	if s.Items != "" {
		return s.Items
	}
	folder := filepath.Join(s.Data, "items")
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return ""
	}
	return folder
}

// hanazono is where Debian's package fonts-hanazono puts its fonts: they have
// nearly every Chinese character that has a code up to its release.
var hanazono = []string{"/usr/share/fonts/truetype/hanazono/HanaMinA.ttf", "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"}

// typeface is what documents are set in.
func (s settings) typeface() (*pdf.Typeface, error) {
	switch {
	case len(s.Fonts) == 1 && s.Fonts[0] == "none":
		return pdf.Plain(), nil
	case len(s.Fonts) > 0:
		return pdf.Plain().WithFiles(s.Fonts...)
	}
	var found []string
	for _, path := range hanazono {
		if _, err := os.Stat(path); err == nil {
			found = append(found, path)
		}
	}
	return pdf.Plain().WithFiles(found...)
}

// prepare fills what was left open and makes the data folder.
func (s *settings) prepare() error {
	if s.Data == "" {
		s.Data = defaultData
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}
