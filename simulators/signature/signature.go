// Package signature checks what clients of the clouds sign, the way the clouds do: from the request as it came in.
package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Keys are the secrets by key id.
type Keys map[string]string

// Refusal is why a request is not let in, in the cloud's own words.
type Refusal struct {
	Status        int
	Code, Message string
}

func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

// Nonces remembers which nonces were used, for as long as a signature lives.
type Nonces struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

func (n *Nonces) fresh(nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.seen == nil {
		n.seen = map[string]time.Time{}
	}
	for old, at := range n.seen {
		if now.Sub(at) > 2*lifeACS3 {
			delete(n.seen, old)
		}
	}
	_, used := n.seen[nonce]
	n.seen[nonce] = now
	return !used
}

const (
	lifeACS3 = 15 * time.Minute
	lifeTC3  = 5 * time.Minute
)

var authorizationACS3 = regexp.MustCompile(`^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$`)

// CheckACS3 checks a request to Alibaba Cloud with its whole body.
func CheckACS3(r *http.Request, body []byte, keys Keys, nonces *Nonces, now time.Time) *Refusal {
	parts := authorizationACS3.FindStringSubmatch(r.Header.Get("Authorization"))
	if parts == nil {
		return &Refusal{400, "IncompleteSignature", "The request signature does not conform to Aliyun standards."}
	}
	keyID, signedHeaders, signature := parts[1], parts[2], parts[3]
	secret, ok := keys[keyID]
	if !ok {
		return &Refusal{404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."}
	}
	covered := map[string]bool{}
	var lines strings.Builder
	for _, name := range strings.Split(signedHeaders, ";") {
		covered[name] = true
		lines.WriteString(name + ":" + header(r, name) + "\n")
	}
	for _, name := range []string{"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"} {
		if !covered[name] || header(r, name) == "" {
			return &Refusal{400, "IncompleteSignature", "The header " + name + " must be present and signed."}
		}
	}
	digest := sha256.Sum256(body)
	if !strings.EqualFold(header(r, "x-acs-content-sha256"), hex.EncodeToString(digest[:])) {
		return &Refusal{400, "SignatureDoesNotMatch", "The body does not have the signed digest."}
	}
	text := r.Method + "\n" + r.URL.EscapedPath() + "\n" + sortedQuery(r) + "\n" + lines.String() + "\n" +
		signedHeaders + "\n" + hex.EncodeToString(digest[:])
	outer := sha256.Sum256([]byte(text))
	if !matches([]byte(secret), "ACS3-HMAC-SHA256\n"+hex.EncodeToString(outer[:]), signature) {
		return &Refusal{400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation."}
	}
	at, err := time.Parse(time.RFC3339, header(r, "x-acs-date"))
	if err != nil || now.Sub(at).Abs() > lifeACS3 {
		return &Refusal{400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."}
	}
	if !nonces.fresh(header(r, "x-acs-signature-nonce"), now) {
		return &Refusal{400, "SignatureNonceUsed", "Specified signature nonce was used already."}
	}
	return nil
}

var authorizationTC3 = regexp.MustCompile(`^TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d{2}-\d{2})/([a-z]+)/tc3_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$`)

// CheckTC3 checks a request to Tencent Cloud with its whole body. Refusals there come with status 200.
func CheckTC3(r *http.Request, body []byte, service string, keys Keys, now time.Time) *Refusal {
	parts := authorizationTC3.FindStringSubmatch(r.Header.Get("Authorization"))
	if parts == nil || parts[3] != service {
		return &Refusal{200, "AuthFailure.InvalidAuthorization", "The Authorization header does not conform to the standard."}
	}
	keyID, day, signedHeaders, signature := parts[1], parts[2], parts[4], parts[5]
	secret, ok := keys[keyID]
	if !ok {
		return &Refusal{200, "AuthFailure.SecretIdNotFound", "The SecretId is not found."}
	}
	stamp := r.Header.Get("X-TC-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	at := time.Unix(seconds, 0).UTC()
	if err != nil || now.Sub(at).Abs() > lifeTC3 || at.Format(time.DateOnly) != day {
		return &Refusal{200, "AuthFailure.SignatureExpire", "The signature is expired: check the clock."}
	}
	if !strings.HasPrefix(signedHeaders, "content-type;host") {
		return &Refusal{200, "AuthFailure.InvalidAuthorization", "content-type and host must be signed."}
	}
	var lines strings.Builder
	for _, name := range strings.Split(signedHeaders, ";") {
		lines.WriteString(name + ":" + strings.ToLower(header(r, name)) + "\n")
	}
	digest := sha256.Sum256(body)
	text := r.Method + "\n/\n\n" + lines.String() + "\n" + signedHeaders + "\n" + hex.EncodeToString(digest[:])
	outer := sha256.Sum256([]byte(text))
	key := hash([]byte("TC3"+secret), day)
	key = hash(hash(key, service), "tc3_request")
	toSign := "TC3-HMAC-SHA256\n" + stamp + "\n" + day + "/" + service + "/tc3_request\n" + hex.EncodeToString(outer[:])
	if !matches(key, toSign, signature) {
		return &Refusal{200, "AuthFailure.SignatureFailure", "The provided credentials could not be validated. Please check your signature is correct."}
	}
	return nil
}

func header(r *http.Request, name string) string {
	if name == "host" {
		return r.Host
	}
	return strings.TrimSpace(r.Header.Get(name))
}

// sortedQuery decodes the query as it came and writes it anew, sorted by name and then by value: however the client
// spelt it, the meaning is signed.
func sortedQuery(r *http.Request) string {
	type pair struct{ name, value string }
	var pairs []pair
	for name, values := range r.URL.Query() {
		for _, value := range values {
			pairs = append(pairs, pair{name, value})
		}
	}
	sort.Slice(pairs, func(i, j int) bool {
		if pairs[i].name != pairs[j].name {
			return pairs[i].name < pairs[j].name
		}
		return pairs[i].value < pairs[j].value
	})
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(percent(p.name) + "=" + percent(p.value))
	}
	return b.String()
}

func percent(s string) string {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(plain, s[i]) >= 0 {
			b.WriteByte(s[i])
		} else {
			b.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{s[i]})))
		}
	}
	return b.String()
}

func hash(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func matches(key []byte, text, signature string) bool {
	given, err := hex.DecodeString(signature)
	return err == nil && hmac.Equal(hash(key, text), given)
}
