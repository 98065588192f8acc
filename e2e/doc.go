// Package e2e walks the product as people do: real Chromium, the real binary,
// SQLite and PostgreSQL, a desktop window and a phone. Every page somebody
// comes to is looked over with axe-core, for sideways scrolling and for script
// errors. Time passes by moving the demo's clock; nothing sleeps.
//
// `./dev browser` runs it; WANGBAN_SHOTS=FOLDER keeps a picture of each page.
package e2e
