package form

import (
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode"

	"golang.org/x/crypto/argon2"

	"wangban/internal/cn"
)

// Argon2id parameters: 19 MiB, two passes (OWASP's first recommendation).
const (
	argonMemory = 19 * 1024
	argonTime   = 2
	argonSalt   = 16
	argonKey    = 32
)

// hashing bounds how many passwords are hashed at once: a flood of them would
// otherwise take all memory.
var hashing = make(chan struct{}, runtime.NumCPU())

func argon(password string, salt []byte, memory, time uint32, threads uint8, length uint32) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, time, memory, threads, length)
}

// HashPassword is a password as it is kept: Argon2id in the usual PHC string.
func HashPassword(password string) string {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails
	key := argon(password, salt, argonMemory, argonTime, 1, argonKey)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, argonMemory, argonTime, b64(salt), b64(key))
}

// PasswordMatches tells whether a password is the one that was hashed.
func PasswordMatches(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var memory, time uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil || memory > 1<<20 || time == 0 || time > 16 || threads == 0 {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || err2 != nil || len(want) == 0 {
		return false
	}
	got := argon(password, salt, memory, time, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

//go:embed passwords.txt
var commonList string

// common are passwords that everybody tries first, in lower case.
var common = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(commonList) {
		m[w] = true
	}
	return m
}()

// minPassword is the shortest password (domain sheet 2.2, 等保).
const minPassword = 8

// PasswordProblem tells what is wrong with a new password, nil if nothing is:
// at least 8 characters, three of the four classes, not a common one, and none
// of the texts that others know, such as the unit's code or a phone number.
func PasswordProblem(password string, known []string) *Problem {
	switch n := len([]rune(password)); {
	case n < minPassword:
		return &Problem{Text: "密码至少 %d 位，现在是 %d 位。再加几位。", Args: []any{minPassword, n}}
	case n > 128:
		return &Problem{Text: "密码最多 128 位，现在是 %d 位。缩短一些。", Args: []any{n}}
	case classes(password) < 3:
		return &Problem{Text: "密码要含大写字母、小写字母、数字、符号中的三种，现在只有 %d 种。再加一种。", Args: []any{classes(password)}}
	case common[strings.ToLower(password)]:
		return &Problem{Text: "这个密码太常见，容易被猜到。换一个。"}
	}
	squeezed := cn.Code(password)
	for _, k := range known {
		if k = cn.Code(k); len(k) >= 6 && strings.Contains(squeezed, k) {
			return &Problem{Text: "密码里不能有统一社会信用代码、证件号码或手机号。换一个。"}
		}
	}
	return nil
}

func classes(s string) int {
	var upper, lower, digit, other int
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return upper + lower + digit + other
}
