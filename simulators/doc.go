// Package simulators is the street outside the house: stand-ins for companies that Wangban talks to, each a real
// server on a real socket that speaks the company's own protocol and checks its signatures.
//
//   - smsgateway takes short messages as Aliyun and as Tencent do, and pushes delivery reports.
//   - facecloud checks identity by face as Aliyun's cloudauth does, with a page where a person chooses the outcome.
//
// They serve the tests and the demo, live beside the product and are never linked into it; cmd/wangban-simulators
// runs them. They keep everything in memory and trust whoever reaches them: never let them be reached from outside.
//
// The checks of signatures here (package signature) share no code with the signing in internal/cloudapi, so that one
// mistake cannot hide itself.
package simulators
