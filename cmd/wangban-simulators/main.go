// Command wangban-simulators serves the companies that Wangban talks to, as stand-ins on this machine: a
// short-message gateway (Aliyun's and Tencent's protocols) and an identity check by face (Aliyun's cloudauth).
//
//	go run ./cmd/wangban-simulators
//
// It prints what to set in Wangban and where its pages are. On the pages one sees what came in and switches faults
// on. Nothing leaves the machine, nothing is stored; see package simulators.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"wangban/simulators/facecloud"
	"wangban/simulators/signature"
	"wangban/simulators/smsgateway"
)

type options struct {
	SMS            string        `default:"127.0.0.1:7801" help:"短信网关的监听地址。"`
	Face           string        `default:"127.0.0.1:7802" help:"人脸核验的监听地址。"`
	KeyID          string        `default:"simulator" help:"各接口都认的访问密钥 ID。"`
	KeySecret      string        `default:"simulator-secret" help:"与它配对的 Secret。"`
	Sign           []string      `placeholder:"签名" help:"已登记的短信签名；不写则都认。"`
	AliyunReports  string        `placeholder:"网址" help:"阿里云短信回执推送到哪里；不写则不推送。"`
	TencentReports string        `placeholder:"网址" help:"腾讯云短信回执推送到哪里；不写则不推送。"`
	ReportDelay    time.Duration `default:"2s" help:"收到短信后多久推送回执。"`
	FacePublicURL  string        `placeholder:"网址" help:"浏览器怎样访问人脸核验页面；不写则与监听地址相同。"`
	AllowOutside   bool          `help:"允许监听本机以外的地址。模拟器相信每一个来访者，平时不要打开。"`
}

func main() {
	var o options
	kong.Parse(&o, kong.Name("wangban-simulators"), kong.Description("在本机模拟短信网关和人脸核验服务，供演示和测试网办使用。"))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve runs until the context ends.
func serve(ctx context.Context, o options, out io.Writer) error {
	smsListener, err := listen(o.SMS, o.AllowOutside)
	if err != nil {
		return err
	}
	defer smsListener.Close()
	faceListener, err := listen(o.Face, o.AllowOutside)
	if err != nil {
		return err
	}
	defer faceListener.Close()

	keys := signature.Keys{o.KeyID: o.KeySecret}
	gateway := smsgateway.New(smsgateway.Settings{AliyunKeys: keys, TencentKeys: keys, Signs: o.Sign,
		AliyunReportURL: o.AliyunReports, TencentReportURL: o.TencentReports, ReportDelay: o.ReportDelay})
	defer gateway.Close()
	cloud := facecloud.New(facecloud.Settings{Keys: keys, PublicURL: o.FacePublicURL})
	defer cloud.Close()

	fmt.Fprintf(out, `短信网关　http://%s/
　　在网办里设置：服务地址 http://%[1]s，访问密钥 %[3]s / %[4]s，阿里云和腾讯云两种接口都可用
人脸核验　http://%[2]s/
　　在网办里设置：服务地址 http://%[2]s，访问密钥 %[3]s / %[4]s，场景编号任意正整数
打开上面的网页，可以看到收到的请求，也可以制造故障。按 Ctrl+C 结束。
`, smsListener.Addr(), faceListener.Addr(), o.KeyID, o.KeySecret)

	servers := []*http.Server{{Handler: gateway}, {Handler: cloud}}
	failed := make(chan error, len(servers))
	for i, listener := range []net.Listener{smsListener, faceListener} {
		servers[i].ReadHeaderTimeout = 10 * time.Second
		go func() { failed <- servers[i].Serve(listener) }()
	}
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	for _, server := range servers {
		server.Close()
	}
	return err
}

// listen refuses addresses that others could reach, unless that is wished.
func listen(address string, outside bool) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("不能监听 %s：%w；可以换一个端口", address, err)
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); !outside && (!ok || !tcp.IP.IsLoopback()) {
		listener.Close()
		return nil, errors.New("模拟器只应在本机访问，地址要写成 127.0.0.1:端口；确实要对外时加 --allow-outside")
	}
	return listener, nil
}
