// Package web is what all screens share: the frame of a page, components, the
// rendering of form fields, languages, display preferences, security headers,
// static files. It knows no item and no case; portal, desk and the demo's
// pages are built from it.
//
// Pages work without JavaScript and are better with it. Styles are plain CSS,
// one file a concern, joined at start; scripts are small modules without a
// bundler (docs/decisions/0005-no-bundler.md).
package web
