package cn

import (
	"testing"
	"time"
)

func TestContact(t *testing.T) {
	for _, c := range []struct {
		check func(string) Verdict
		in    string
		value string
		why   Reason
	}{
		{Postcode, "２３１３００", "231300", ""},
		{Postcode, "23130", "23130", Length},
		{Postcode, "23130A", "23130A", Charset},
		{Email, "Wang@Example.COM", "wang@example.com", ""},
		{Email, "wang＠example.com", "wang@example.com", ""},
		{Email, "wang@example", "wang@example", Pattern},
		{Email, "a b@example.com", "a b@example.com", Pattern},
		{Email, "a@b@example.com", "a@b@example.com", Pattern},
		{WebAddress, "shop.example.com/茶", "https://shop.example.com/茶", ""},
		{WebAddress, "http://例子.中国", "http://例子.中国", ""},
		{WebAddress, "javascript://alert", "javascript://alert", Pattern},
		{WebAddress, "https://user@example.com", "https://user@example.com", Pattern},
		{WebAddress, "店", "https://店", Pattern},
	} {
		if v := c.check(c.in); v.Reason != c.why || v.Value != c.value {
			t.Errorf("%q: %+v, want %q %q", c.in, v, c.value, c.why)
		}
	}
}

// The example is one in print.
func TestEquipmentCode(t *testing.T) {
	now := time.Date(2020, 9, 4, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		in    string
		level Level
		why   Reason
	}{
		{"215010890201500098", OK, ""},
		{"2150-10890-2015-00098", OK, ""},
		{"２１５０１０８９０２０１５００Ａ９８", OK, ""},
		{"31101234520203A001", OK, ""},
		{"31103415232014090001", Warn, Foreign},
		{"715010890201500098", Warn, Class},
		{"215010890202500098", Warn, Birth},
		{"2150108902O1500098", Error, Birth},
		{"21501089020150009", Error, Length},
		{"21501089020150009*", Error, Charset},
		{"", Error, Empty},
	} {
		if v := EquipmentCode(c.in, now); v.Level != c.level || v.Reason != c.why {
			t.Errorf("%q: %+v, want %v %q", c.in, v, c.level, c.why)
		}
	}
	if EquipmentKind("215010890201500098") != "2150" || EquipmentKind("2150") != "" {
		t.Error("the kind is what the code begins with")
	}
}
