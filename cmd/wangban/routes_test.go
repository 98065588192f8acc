package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wangban/internal/web"
)

// roles are who comes to a route, in the order of the table's columns. The
// person is the legal representative of another unit that has an account; the
// signer's browser stands as far as the scene says.
var roles = []string{"visitor", "owner", "other", "person", "signer", "reviewer", "elsewhere", "helper", "supervisor"}

// access is who gets what from a route: the answer to each role, as statuses
// in the order of roles. A route may have several rows.
type access struct {
	route, scene, path, form string
	want                     string
}

// routes is the table of every address and every role.
var routes = []access{
	{"GET /{$}", "", "/", "", "200"},
	{"/", "", "/nowhere", "", "404"},
	{"GET /static/", "", "/static/nothing.css", "", "404"},
	{"POST /display", "", "/display", "set=en&back=/", "303"},
	{"GET /items", "", "/items", "", "200"},
	{"GET /items/{item}", "", "/items/food-filing", "", "200"},
	{"GET /items/{item}", "", "/items/none", "", "404"},
	{"GET /items/{item}/sheet", "", "/items/legal-person-account/sheet", "", "200"},
	{"POST /items/{item}/start", "", "/items/food-filing/start", "", "303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+ 403"},
	{"GET /help/{topic}", "", "/help/privacy", "", "200"},
	{"GET /help/{topic}", "", "/help/none", "", "404"},

	// A case is its applicant's; for everybody else it does not exist.
	{"GET /cases/{id}", "draft", "/cases/$case", "", "404 303 404 404 404 404 404 404 404"},
	{"GET /cases/{id}", "signing", "/cases/$case", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}", "assisted", "/cases/$case", "", "404 404 404 404 404 404 404 303 404"},
	{"GET /cases/{id}/clock.json", "draft", "/cases/$case/clock.json", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/clock.json", "review", "/cases/$case/clock.json", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/tasks", "draft", "/cases/$case/tasks", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/form/{page}", "draft", "/cases/$case/form/unit", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/form/{page}", "assisted", "/cases/$case/form/unit", "", "404 404 404 404 404 404 404 200 404"},
	{"POST /cases/{id}/form/{page}", "draft", "/cases/$case/form/role", "role=rep", "404 303+ 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/form/{page}", "review", "/cases/$case/form/role", "role=agent", "404 303 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/form/{page}/{field}/{row}", "records", "/cases/$case/form/equipment/equipment/1", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/form/{page}/{field}/{row}", "review", "/cases/$case/form/unit/unit.name/1", "", "404 303 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/form/{page}/{field}/{row}", "records", "/cases/$case/form/people/people/1", "person=王五&id_type=resident_id&id_no=11010519491231002X&mobile=13800138000", "404 303+ 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/form/{page}/{field}/{row}", "records", "/cases/$case/form/equipment/equipment/new", "name=x", "404 422 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/form/{page}/{field}/{row}/remove", "records", "/cases/$case/form/equipment/equipment/1/remove", "", "404 200 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/form/{page}/{field}/{row}/remove", "records", "/cases/$case/form/equipment/equipment/1/remove", "", "404 303+ 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/form/{page}/{field}/sheet", "records", "/cases/$case/form/equipment/equipment/sheet", "", "404 200 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/form/{page}/{field}/sheet", "records", "/cases/$case/form/equipment/equipment/sheet", "", "404 422 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/form/{page}/{field}/sheet/template", "records", "/cases/$case/form/equipment/equipment/sheet/template", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/verify/{field}", "draft", "/cases/$case/verify/agent.mobile", "", "404 200 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/verify/{field}", "draft", "/cases/$case/verify/agent.mobile", "send=yes", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/check", "draft", "/cases/$case/check", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/acts/{act}", "draft", "/cases/$case/acts/submit", "", "404 200 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/acts/{act}", "draft", "/cases/$case/acts/submit", "", "404 303+ 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/acts/{act}", "signing", "/cases/$case/acts/recall", "", "404 303+ 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/acts/{act}", "signing", "/cases/$case/acts/sign", "", "404 403 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/acts/{act}", "review", "/cases/$case/acts/claim", "", "404 403 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/acts/{act}", "in_review", "/cases/$case/acts/approve", "", "404 403 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/acts/{act}", "in_review", "/cases/$case/acts/withdraw", "", "404 409 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/acts/{act}", "assisted", "/cases/$case/acts/submit", "", "404 404 404 404 404 404 404 403 404"},
	{"POST /cases/{id}/acts/{act}", "assisted", "/cases/$case/acts/take_over", "", "404"},
	{"GET /cases/{id}/files/{field}/{n}", "draft", "/cases/$case/files/files.licence/0", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/document/{name}", "draft", "/cases/$case/document/letter", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/signed", "signing", "/cases/$case/signed", "", "404"},
	{"GET /cases/{id}/signed", "signed", "/cases/$case/signed", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/handover/{field}", "draft", "/cases/$case/handover/files.licence", "", "404 200 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/handover/{field}", "draft", "/cases/$case/handover/files.licence", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/handover/{field}/files", "draft", "/cases/$case/handover/files.licence/files", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/again/{field}", "draft", "/cases/$case/again/files.licence", "", "404 200 404 404 404 404 404 404 404"},
	{"POST /cases/{id}/again/{field}", "draft", "/cases/$case/again/files.licence", "file=none&consent=yes", "404 422 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/papers/{seq}/{place}", "papered", "/cases/$case/papers/3/0", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/papers/{seq}/{place}", "papered", "/cases/$case/papers/4/0", "", "404 202 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/papers/{seq}/{place}", "papered", "/cases/$case/papers/3/1", "", "404"},
	{"GET /cases/{id}/receipts/{n}", "draft", "/cases/$case/receipts/1.json", "", "404"},
	{"GET /cases/{id}/receipts/{n}", "signing", "/cases/$case/receipts/3.json", "", "404 202 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/receipts/{n}", "logged", "/cases/$case/receipts/3.json", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/receipts/{n}", "logged", "/cases/$case/receipts/3.pdf", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /cases/{id}/receipts/{n}", "logged", "/cases/$case/receipts/3", "", "404"},
	{"GET /my", "draft", "/my", "", "200"},
	{"GET /my/messages", "papered", "/my/messages", "", "200"},
	{"POST /my/messages", "papered", "/my/messages", "", "303"},
	{"POST /my/messages/{message}", "papered", "/my/messages/$message", "", "404 303 404 404 404 404 404 404 404"},
	{"GET /h/{token}", "handover", "/h/$token", "", "200"},
	{"GET /h/{token}", "", "/h/nothing", "", "410"},
	{"POST /h/{token}", "handover", "/h/$token", "", "422"},
	{"POST /h/{token}", "", "/h/nothing", "", "410"},
	{"GET /t/{token}", "assisted", "/t/$token", "", "200"},
	{"GET /t/{token}", "", "/t/nothing", "", "410"},
	{"POST /t/{token}", "assisted", "/t/$token", "", "303+ 303+ 303+ 303+ 303+ 403 403 403 403"},
	{"POST /t/{token}", "", "/t/nothing", "", "410"},

	{"GET /result", "", "/result", "", "200"},
	{"POST /result", "", "/result", "uscc=91341523TXT000020Y&mobile=$mobile", "200"},
	{"POST /result/code", "", "/result/code", "uscc=91341523TXT000020Y&mobile=$mobile&code=000000", "422"},
	{"GET /login", "", "/login", "", "200 200 200 303 200 200 200 200 200"},
	{"POST /login", "", "/login", "login=$mobile&password=wrong", "422"},
	{"POST /login/code", "", "/login/code", "code=000000", "422"},
	{"GET /login/password", "", "/login/password", "", "200"},
	{"POST /login/password", "", "/login/password", "mobile=$mobile", "200"},
	{"POST /login/password/new", "", "/login/password/new", "mobile=$mobile&name=x&password=Wangban-2026&again=Wangban-2026&code=000000", "422"},
	{"POST /login/passkey", "", "/login/passkey", "answer={}", "422"},
	{"POST /login/passkey/question", "", "/login/passkey/question", "", "200"},
	{"POST /logout", "", "/logout", "", "303"},
	{"GET /organisation", "", "/organisation", "", "login login login 200 login login login login login"},
	{"GET /organisation/login-ways", "", "/organisation/login-ways", "", "login login login 200 login login login login login"},
	{"POST /organisation/login-ways", "", "/organisation/login-ways", "name=x&answer={}", "login login login 422 login login login login login"},
	{"POST /organisation/login-ways/question", "", "/organisation/login-ways/question", "", "403 403 403 200 403 403 403 403 403"},
	{"POST /organisation/login-ways/code", "", "/organisation/login-ways/code", "send=first", "login login login 200 login login login login login"},
	{"POST /organisation/login-ways/code", "", "/organisation/login-ways/code", "code=000000", "login login login 422 login login login login login"},
	{"GET /organisation/login-ways/passkeys/{passkey}", "passkey", "/organisation/login-ways/passkeys/$passkey", "", "login login login 200 login login login login login"},
	{"GET /organisation/login-ways/passkeys/{passkey}", "", "/organisation/login-ways/passkeys/none", "", "login login login 404 login login login login login"},
	{"POST /organisation/login-ways/passkeys/{passkey}", "", "/organisation/login-ways/passkeys/none", "", "login login login 404 login login login login login"},
	{"POST /organisation/login-ways/passkeys/{passkey}", "passkey", "/organisation/login-ways/passkeys/$passkey", "", "login login login 303 login login login login login"},
	{"GET /organisation/{uscc}", "", "/organisation/$unit", "", "login login login 200 login login login login login"},
	{"GET /organisation/{uscc}", "", "/organisation/91341523TXT000020Y", "", "login login login 404 login login login login login"},
	{"GET /organisation/{uscc}/mandates/{mandate}", "", "/organisation/$unit/mandates/$mandate", "", "login login login 200 login login login login login"},
	{"GET /organisation/{uscc}/mandates/{mandate}", "", "/organisation/91341523TXT000020Y/mandates/$mandate", "", "login login login 404 login login login login login"},
	{"POST /organisation/{uscc}/mandates/{mandate}", "", "/organisation/91341523TXT000020Y/mandates/$mandate", "", "login login login 404 login login login login login"},
	{"POST /organisation/{uscc}/mandates/{mandate}", "", "/organisation/$unit/mandates/$mandate", "", "login login login 303 login login login login login"},
	{"GET /organisation/{uscc}/mandates/{mandate}/letter", "", "/organisation/$unit/mandates/$mandate/letter", "", "login login login 200 login login login login login"},
	{"GET /organisation/{uscc}/mandates/{mandate}/letter", "", "/organisation/$unit/mandates/none/letter", "", "login login login 404 login login login login login"},
	{"GET /organisation/{uscc}/mandates/{mandate}/letter", "", "/organisation/91341523TXT000020Y/mandates/$mandate/letter", "", "login login login 404 login login login login login"},
	{"GET /licences", "", "/licences", "", "200"},
	{"GET /licences/{number}", "filed", "/licences/$number", "", "200"},
	{"GET /licences/{number}", "filed", "/licences/$number?code=$code", "", "200"},
	{"GET /licences/{number}", "filed", "/licences/$number?code=guess", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /licences/{number}/pdf", "filed", "/licences/$number/pdf", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /licences/{number}/pdf", "filed", "/licences/$number/pdf?code=$code", "", "200"},

	{"GET /licences/{number}/show", "filed", "/licences/$number/show", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /licences/{number}/show", "", "/licences/YB1/show", "", "404"},
	{"GET /licences/all", "filed", "/licences/all?q=$number&status=valid", "", "200"},
	{"GET /licences/all.csv", "filed", "/licences/all.csv", "", "200"},
	{"GET /licences/keys.pem", "", "/licences/keys.pem", "", "200"},
	{"GET /licences/offline", "", "/licences/offline", "", "200"},
	{"GET /licences/roots.pem", "", "/licences/roots.pem", "", "200"},
	{"POST /licences/check", "", "/licences/check", "text=nothing", "422"},
	{"POST /licences/check", "filed", "/licences/check", "text=$proof", "200"},
	{"GET /v/{code}", "filed", "/v/$code", "", "303"},
	{"GET /v/{code}", "", "/v/guess", "", "404"},
	{"GET /my/licences", "filed", "/my/licences", "", "200"},
	{"GET /my/cases/{id}/rate", "filed", "/my/cases/$case/rate", "", "404 200 404 404 404 404 404 404 404"},
	{"GET /my/cases/{id}/rate", "filed", "/my/cases/$case/rate?of=visit-1", "", "404"},
	{"GET /my/cases/{id}/rate", "draft", "/my/cases/$case/rate", "", "404 409 404 404 404 404 404 404 404"},
	{"POST /my/cases/{id}/rate", "filed", "/my/cases/$case/rate", "level=5", "404 303 404 404 404 404 404 404 404"},
	{"POST /my/cases/{id}/rate", "filed", "/my/cases/$case/rate", "level=1", "404 422 404 404 404 404 404 404 404"},
	{"GET /r/{token}", "filed", "$link", "", "303"},
	{"GET /r/{token}", "", "/r/nothing", "", "404"},
	{"GET /ratings", "rated", "/ratings", "", "200"},
	{"POST /items/{item}/start", "filed", "/items/food-filing/start", "licence=$number", "404"},

	// A kiosk's pages are for devices; see TestKiosk. Other browsers are led to
	// where one becomes a device, and nothing of theirs is wiped.
	{"GET /kiosk", "", "/kiosk", "", "200"},
	{"POST /kiosk/device", "", "/kiosk/device", "token=guess", "422"},
	{"POST /kiosk/finish", "", "/kiosk/finish", "", "303"},
	{"GET /kiosk/wiped", "", "/kiosk/wiped", "", "303"},
	{"GET /kiosk/items/{item}", "", "/kiosk/items/sole-trader-setup", "", "303"},
	{"GET /kiosk/cases/{id}/phone", "draft", "/kiosk/cases/$case/phone", "", "303"},
	{"POST /kiosk/cases/{id}/phone", "draft", "/kiosk/cases/$case/phone", "", "303"},
	{"GET /kiosk/licences", "", "/kiosk/licences", "", "303"},
	{"GET /kiosk/licences/{number}", "filed", "/kiosk/licences/$number?code=$code", "", "303"},
	{"GET /kiosk/licences/{number}/{page}", "filed", "/kiosk/licences/$number/1.png?code=$code", "", "303"},

	// The public log is everybody's.
	{"GET /log", "", "/log", "", "200"},
	{"GET /log/key", "", "/log/key", "", "200"},
	{"GET /log/checkpoint", "logged", "/log/checkpoint", "", "200"},
	{"GET /log/tile/{path...}", "logged", "/log/tile/0/000.p/1", "", "200"},
	{"GET /log/tile/{path...}", "logged", "/log/tile/entries/000.p/1", "", "200"},
	{"GET /log/tile/{path...}", "logged", "/log/tile/0/x999/000", "", "404"},
	{"GET /log/verify", "", "/log/verify", "", "200"},
	{"POST /log/verify", "", "/log/verify", "receipt=nothing", "422"},

	// Signing: the link is no credential, and the applicant's browser cannot.
	{"GET /s/{token}", "", "/s/nothing", "", "404"},
	{"GET /s/{token}", "signing", "/s/$token", "", "200 403 200 200 200 200 200 200 200"},
	{"GET /s/{token}", "signed", "/s/$token", "", "200"},
	{"POST /s/{token}/opened", "signing", "/s/$token/opened", "", "204"},
	{"GET /s/{token}/code", "signing", "/s/$token/code", "", "200 403 200 200 200 200 200 200 200"},
	{"POST /s/{token}/code", "signing", "/s/$token/code", "", "303 403 303 303 303 303 303 303 303"},
	{"POST /s/{token}/code/check", "signing", "/s/$token/code/check", "code=000000", "422 403 422 422 422 422 422 422 422"},
	{"GET /s/{token}/code/check", "signing", "/s/$token/code/check", "", "303"},
	{"POST /s/{token}/face", "coded", "/s/$token/face", "", "303 403 303 303 303 303 303 303 303"},
	{"GET /s/{token}/face", "coded", "/s/$token/face", "", "303 403 303 303 303 303 303 303 303"},
	{"POST /s/{token}/picture", "coded", "/s/$token/picture", "", "303 403 303 303 422 303 303 303 303"},
	{"GET /s/{token}/picture", "coded", "/s/$token/picture", "", "303"},
	{"GET /s/{token}/page/{n}", "proven", "/s/$token/page/1.png", "", "404 404 404 404 200 404 404 404 404"},
	{"GET /s/{token}/letter", "proven", "/s/$token/letter", "", "404 404 404 404 200 404 404 404 404"},
	{"POST /s/{token}/sign", "proven", "/s/$token/sign", "", "303 403 303 303 422 303 303 303 303"},
	{"GET /s/{token}/sign", "proven", "/s/$token/sign", "", "303"},
	{"GET /s/{token}/signed", "signed", "/s/$token/signed", "", "404 404 404 404 200 404 404 404 404"},
	{"GET /s/{token}/refuse", "proven", "/s/$token/refuse", "", "303 403 303 303 200 303 303 303 303"},
	{"POST /s/{token}/refuse", "proven", "/s/$token/refuse", "reason=OTHER&confirm=yes", "303 403 303 303 303+ 303 303 303 303"},

	// The workbench.
	{"GET /desk/login", "", "/desk/login", "", "200 200 200 200 200 303 303 303 303"},
	{"POST /desk/login", "", "/desk/login", "login=$mobile&password=wrong", "422"},
	{"POST /desk/login/code", "", "/desk/login/code", "code=000000", "422"},
	{"POST /desk/logout", "", "/desk/logout", "", "303"},
	{"GET /desk", "", "/desk", "", "login login login 403 login 200 200 200 200"},
	{"GET /desk/all", "", "/desk/all", "", "login login login 403 login 200 200 200 200"},
	{"POST /desk/bulk", "review", "/desk/bulk", "case=$case&act=claim", "403 403 403 403 403 200+ 200 200 200"},
	{"POST /desk/bulk", "review", "/desk/bulk", "act=claim", "403 403 403 403 403 422 422 422 422"},
	{"GET /desk/consults", "", "/desk/consults", "", "login login login 403 login 200 200 200 200"},
	{"GET /desk/cases/{id}/clock.json", "draft", "/desk/cases/$case/clock.json", "", "login login login 403 login 404 404 404 404"},
	{"GET /desk/cases/{id}/clock.json", "review", "/desk/cases/$case/clock.json", "", "login login login 403 login 200 404 404 200"},
	{"GET /desk/cases/{id}/acts/{act}", "review", "/desk/cases/$case/acts/claim", "", "login login login 403 login 303 404 404 303"},
	{"GET /desk/cases/{id}", "draft", "/desk/cases/$case", "", "login login login 403 login 404 404 404 404"},
	{"GET /desk/cases/{id}", "review", "/desk/cases/$case", "", "login login login 403 login 200 404 404 200"},
	{"GET /desk/cases/{id}", "assisted", "/desk/cases/$case", "", "login login login 403 login 404 404 404 404"},
	{"POST /desk/cases/{id}/reveal", "review", "/desk/cases/$case/reveal", "", "403 403 403 403 403 200+ 404 404 200+"},
	{"POST /desk/cases/{id}/acts/{act}", "review", "/desk/cases/$case/acts/claim", "", "403 403 403 403 403 303+ 404 404 403"},
	{"POST /desk/cases/{id}/acts/{act}", "in_review", "/desk/cases/$case/acts/release", "", "403 403 403 403 403 303+ 404 404 403"},
	{"POST /desk/cases/{id}/acts/{act}", "in_review", "/desk/cases/$case/acts/approve", "", "403 403 403 403 403 422 404 404 403"},
	{"POST /desk/cases/{id}/acts/{act}", "in_review", "/desk/cases/$case/acts/withdraw", "", "403 403 403 403 403 409 404 404 409"},
	{"GET /desk/cases/{id}/files/{field}/{n}", "review", "/desk/cases/$case/files/files.licence/0", "", "login login login 403 login 200 404 404 200"},
	{"GET /desk/cases/{id}/letter", "signed", "/desk/cases/$case/letter", "", "login login login 403 login 200 404 404 200"},
	{"GET /desk/cases/{id}/evidence/{n}", "signed", "/desk/cases/$case/evidence/1", "", "login login login 403 login 200 404 404 200"},
	{"GET /desk/cases/{id}/papers/{seq}/{place}", "papered", "/desk/cases/$case/papers/3/0", "", "login login login 403 login 200 404 404 200"},
	{"GET /desk/cases/{id}/papers/{seq}/{place}", "papered", "/desk/cases/$case/papers/4/0", "", "login login login 403 login 404 404 404 404"},
	{"POST /desk/cases/{id}/papers/{seq}/{place}/again", "papered", "/desk/cases/$case/papers/4/0/again", "", "403 403 403 403 403 303 404 404 303"},
	{"GET /desk/assist", "", "/desk/assist", "", "login login login 403 login 200 200 200 403"},
	{"POST /desk/assist", "", "/desk/assist", "item=legal-person-account&channel=window", "403 403 403 403 403 303+ 303+ 303+ 403"},
	{"GET /desk/cases/{id}/handover", "assisted", "/desk/cases/$case/handover", "", "login login login 403 login 404 404 200 404"},
	{"POST /desk/cases/{id}/handover", "assisted", "/desk/cases/$case/handover", "", "403 403 403 403 403 404 404 200 404"},
	{"GET /desk/licences", "filed", "/desk/licences?number=$number", "", "login login login 403 login 200 200 200 200"},
	{"GET /desk/licences", "", "/desk/licences?number=YB1", "", "login login login 403 login 404 404 404 404"},
	{"GET /desk/absence", "", "/desk/absence", "", "login login login 403 login 200 200 200 200"},
	{"POST /desk/absence", "", "/desk/absence", "who=chenyan&substitute=zhaohang&from=soon&until=later", "403 403 403 403 403 422 403 403 403"},
	{"POST /desk/absence/{id}/end", "", "/desk/absence/none/end", "", "403 403 403 403 403 404 404 404 404"},
	{"POST /desk/absence/hand-over", "in_review", "/desk/absence/hand-over", "holder=chenyan&to=chenyan", "403 403 403 403 403 422 403 403 403"},
	// What staff are told is theirs alone.
	{"GET /desk/notices", "", "/desk/notices", "", "login login login 403 login 200 200 200 200"},
	{"POST /desk/notices", "", "/desk/notices", "", "403 403 403 403 403 303 303 303 303"},
	{"POST /desk/notices/choice", "", "/desk/notices/choice", "asked=no&given=yes", "403 403 403 403 403 303 303 303 303"},
	{"POST /desk/notices/{notice}", "", "/desk/notices/none", "", "403 403 403 403 403 404 404 404 404"},
	// Bad ratings are for whose post it is, and not for who handled the case.
	{"GET /desk/ratings", "rated", "/desk/ratings", "", "login login login 403 login 403 403 403 200"},
	{"GET /desk/ratings/{rating}", "rated", "/desk/ratings/$rating", "", "login login login 403 login 403 403 403 200"},
	{"GET /desk/ratings/{rating}", "", "/desk/ratings/none", "", "login login login 403 login 403 403 403 404"},
	{"POST /desk/ratings/{rating}", "rated", "/desk/ratings/$rating", "act=confirm", "403 403 403 403 403 403 403 403 303"},
	{"POST /desk/ratings/{rating}", "", "/desk/ratings/none", "act=confirm", "403 403 403 403 403 403 403 403 404"},
	{"GET /desk/phrases", "", "/desk/phrases", "", "login login login 403 login 200 200 200 200"},
	{"POST /desk/phrases", "", "/desk/phrases", "text=照片看不清。", "403 403 403 403 403 303 303 303 303"},
	{"POST /desk/phrases", "", "/desk/phrases", "whose=unit&text=照片看不清。", "403"},
	{"POST /desk/phrases/{phrase}", "", "/desk/phrases/none", "text=x", "403 403 403 403 403 404 404 404 404"},
	{"POST /desk/phrases/{phrase}", "", "/desk/phrases/none", "whose=unit&delete=yes", "403"},
	{"POST /desk/cases/{id}/phrases", "review", "/desk/cases/$case/phrases", "insert=text", "403 403 403 403 403 422 404 404 422"},
	{"GET /desk/help/keys", "", "/desk/help/keys", "", "login login login 403 login 200 200 200 200"},

	// The carriers' reports: the address holds a secret.
	{"POST /hooks/sms/aliyun/", "", "/hooks/sms/aliyun/guess", "", "404"},
	{"POST /hooks/sms/tencent/", "", "/hooks/sms/tencent/guess", "", "404"},

	// The demo's stage is anybody's.
	{"GET /demo", "", "/demo", "", "200"},
	{"POST /demo/be", "", "/demo/be", "kind=staff&id=liumin", "303"},
	{"POST /demo/start", "", "/demo/start", "item=food-filing&fixture=food-complete", "303+"},
	{"POST /demo/clock", "", "/demo/clock", "by=1m", "303"},
	{"GET /demo/phone", "", "/demo/phone", "", "200"},
	{"GET /demo/phone/{number}", "", "/demo/phone/13800138000", "", "200"},
	{"GET /demo/outbox", "", "/demo/outbox", "", "200"},
	{"GET /demo/gallery", "", "/demo/gallery", "", "200"},
}

func (a access) method() string { return strings.Fields(a.route)[0] }

// ask sends the request of a row as a role.
func (c *cast) ask(a access, role string) answer {
	c.Helper()
	var pairs []string
	for name, value := range c.names {
		pairs = append(pairs, "$"+name, value)
	}
	fill := strings.NewReplacer(append(pairs, "$mobile", fmt.Sprintf("151%08d", c.next()))...)
	b := c.as(role)
	if a.method() != http.MethodPost {
		before := c.records()
		got := b.get(fill.Replace(a.path))
		if after := c.records(); after != before {
			c.Errorf("GET %s as %s has changed what is on record", a.path, role)
		}
		return got
	}
	values, err := url.ParseQuery(fill.Replace(a.form))
	c.must(err)
	values.Set("key", web.NewKey())
	events, records := c.count("case_event"), c.records()
	got := b.post(fill.Replace(a.path), values)
	got.acted = c.count("case_event") > events
	got.changed = got.acted || c.records() != records
	return got
}

// outcome is the status, with a plus where an act was recorded; "login" where
// it leads to a log-in.
func (a answer) outcome() string {
	if to := a.header.Get("Location"); strings.HasPrefix(to, "/login") && !strings.HasSuffix(to, "left=yes") || strings.HasPrefix(to, "/desk/login?next=") {
		return "login"
	}
	if a.acted {
		return strconv.Itoa(a.status) + "+"
	}
	return strconv.Itoa(a.status)
}

// Every address says who may use it, and every role gets what is said. A GET
// changes nothing, whoever opens it.
func TestRoutesAndRoles(t *testing.T) {
	h := openHouse(t)
	said := map[string]bool{}
	for _, a := range routes {
		said[a.route] = true
		want := strings.Fields(a.want)
		if len(want) == 1 {
			want = slices.Repeat(want, len(roles))
		}
		got := make([]string, len(roles))
		c := h.cast(a.scene)
		for i, role := range roles {
			answer := c.ask(a, role)
			if got[i] = answer.outcome(); answer.changed {
				c = h.cast(a.scene) // what comes next finds the scene as it was
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s %s (%s)\n\t     %s\n\tsaid %s\n\tgot  %s", a.method(), a.path, a.scene, strings.Join(roles, " "), strings.Join(want, " "), strings.Join(got, " "))
		}
	}
	for _, pattern := range h.mux.Patterns() {
		if !said[pattern] {
			t.Errorf("%s: nothing says who may use it; add a row to the table", pattern)
		}
		delete(said, pattern)
	}
	for pattern := range said {
		t.Errorf("%s is in the table and nowhere else", pattern)
	}
}

// records is how much is on record.
func (h *house) records() int {
	h.Helper()
	total := 0
	for _, table := range []string{"case_event", "message", "account_session", "account_code_sent", "material_handover", "account_takeover", "account_passkey", "account_challenge", "sign_opening", "sign_progress", "licence", "paper", "message_read", "rating", "phrase"} {
		total += h.count(table)
	}
	return total
}

func (h *house) count(table string) (n int) {
	h.Helper()
	h.must(h.db.Read().QueryRowContext(h.Context(), `SELECT count(*) FROM `+table).Scan(&n))
	return n
}
