package main

import (
	"fmt"
	"runtime/debug"
)

type versionCmd struct{}

// Run prints the version the binary was built from.
func (versionCmd) Run(s *surroundings) error {
	_, err := fmt.Fprintln(s.out, "wangban", version())
	return err
}

// version is the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	commit, dirty := "", ""
	for _, v := range info.Settings {
		switch {
		case v.Key == "vcs.revision" && len(v.Value) >= 12:
			commit = v.Value[:12]
		case v.Key == "vcs.modified" && v.Value == "true":
			dirty = ", changed"
		}
	}
	if commit == "" {
		return info.Main.Version
	}
	return fmt.Sprintf("%s (%s%s, %s)", info.Main.Version, commit, dirty, info.GoVersion)
}
