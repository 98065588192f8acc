package main

import (
	"encoding/json"
	"maps"
	"os"
	"strings"

	"wangban/internal/account"
	"wangban/internal/account/passkeytest"
	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/material"
	"wangban/internal/rating"
	"wangban/items"
)

// cast is a case at some stage with the people around it.
type cast struct {
	*house
	owner, signer *browser
	id            string            // of the case
	names         map[string]string // what addresses hold
}

// as is the browser of a role.
func (c *cast) as(role string) *browser {
	switch role {
	case "owner":
		return c.owner
	case "signer":
		return c.signer
	case "other":
		b := c.browser()
		c.draft("legal-person-account", "rep-complete", b.applicant(), casework.Created{Owner: b.session.ID})
		return b
	case "person":
		return c.house.as("person", c.names["person"])
	case "reviewer":
		return c.house.as("staff", "chenyan")
	case "elsewhere":
		return c.house.as("staff", "zhaohang")
	case "helper":
		return c.house.as("staff", "wangling")
	case "supervisor":
		return c.house.as("staff", "zhouwei")
	}
	stranger := c.browser()
	stranger.client.Jar = nil // has never been here
	return stranger
}

// set puts a case where a route is of use.
func (c *cast) set(scene string) {
	switch scene {
	case "draft":
		c.apply("agent-complete")
	case "signing":
		c.apply("agent-complete")
		c.do(c.id, "submit", c.owner.applicant(), casework.Data{})
		c.names["token"] = c.state(c.id).Token
	case "logged":
		c.set("signing")
		c.integrate(c.Context())
	case "coded":
		c.set("signing")
		c.codeTaken(c.names["token"], c.signer)
	case "proven":
		c.set("signing")
		c.proven(c.names["token"], c.signer)
	case "signed":
		c.set("signing")
		c.sign(c.id, c.names["token"], c.signer)
	case "review":
		c.apply("rep-complete")
		c.do(c.id, "submit", c.owner.applicant(), casework.Data{})
	case "in_review":
		c.set("review")
		c.do(c.id, "claim", c.officer("chenyan"), casework.Data{})
	case "filed":
		c.id = c.draft("food-filing", "food-complete", c.owner.applicant(), casework.Created{Owner: c.owner.session.ID})
		c.do(c.id, "submit", c.owner.applicant(), casework.Data{})
		c.do(c.id, "claim", c.officer("chenyan"), casework.Data{})
		c.do(c.id, "accept", c.officer("chenyan"), c.allRight(c.id))
		number := c.state(c.id).Results["licence"]
		l, _, err := c.licences.Find(c.Context(), number)
		c.must(err)
		proof, err := c.licences.VerifyURL(l)
		c.must(err)
		_, proof, _ = strings.Cut(proof, "#")
		c.names["number"], c.names["code"], c.names["uscc"], c.names["proof"] = number, l.Code, l.USCC, proof
		c.names["link"] = c.rateLink()
	case "rated":
		c.set("filed")
		s, it, err := c.door.Get(c.Context(), c.id)
		c.must(err)
		c.must(c.ratings.Give(c.Context(), it, s, rating.Given{Moment: rating.Result, Level: 1, Text: "等了很久"}))
		of, err := c.ratings.Of(c.Context(), c.id)
		c.must(err)
		c.names["rating"] = of[rating.Result].ID
	case "assisted":
		helper := c.officer("wangling")
		c.id = c.draft("legal-person-account", "rep-complete", helper, casework.Created{Owner: casework.HelperOwner(helper.ID),
			Helper: &casework.Officer{ID: helper.ID, Name: helper.Name, Unit: helper.Unit}})
		token, _, err := c.accounts.OfferTakeover(c.Context(), c.id)
		c.must(err)
		c.names["token"] = token
	case "handover":
		c.set("draft")
		token, _, err := c.materials.OfferHandover(c.Context(), material.Handover{Case: c.id, Field: "files.licence", Owner: c.owner.session.ID})
		c.must(err)
		c.names["token"] = token
	case "records":
		c.sampleItem("../../internal/item/testdata/items", "records")
		c.id = c.draft("records", "lifts", c.owner.applicant(), casework.Created{Owner: c.owner.session.ID})
	case "papered": // one document made, one whose layout cannot work
		c.sampleItem("../../internal/paper/testdata/items", "permit")
		c.id = c.draft("permit", "permit-complete", c.owner.applicant(), casework.Created{Owner: c.owner.session.ID})
		c.do(c.id, "submit", c.owner.applicant(), casework.Data{})
		c.do(c.id, "accept", c.officer("chenyan"), casework.Data{})
		c.do(c.id, "broken", c.officer("chenyan"), casework.Data{})
		c.makePapers(c.id)
		told, err := c.outbox.Of(c.Context(), c.id)
		c.must(err)
		c.names["message"] = told[len(told)-1].ID
	case "passkey":
		c.names["passkey"] = c.passkey(c.names["person"])
	case "":
	default:
		c.Fatalf("there is no scene %q", scene)
	}
}

// sampleItem adds an item that is shipped to nobody and has what no shipped one
// has yet.
func (h *house) sampleItem(folder, name string) {
	h.Helper()
	if _, ok := h.items.Get(name); ok {
		return
	}
	it, problems := item.Read(item.WithShared(os.DirFS(folder), items.Files), name)
	if item.Broken(problems) {
		h.Fatal(problems)
	}
	h.items.Add(it)
}

// passkey is one of a person's, by its id; added where there is none.
func (c *cast) passkey(person string) string {
	ctx := c.Context()
	keys, err := c.accounts.Passkeys(ctx, person)
	c.must(err)
	if len(keys) > 0 {
		return keys[0].ID
	}
	s, _, err := c.accounts.Open(ctx, c.house.as("person", person).cookie())
	c.must(err)
	question, err := c.accounts.AskPasskey(ctx, s)
	c.must(err)
	plain, err := json.Marshal(question)
	c.must(err)
	c.must(c.accounts.AddPasskey(ctx, s, "手机", passkeytest.New(c.T, c.settings.URL).Create(c.T, string(plain))))
	return c.passkey(person)
}

func (c *cast) apply(fixture string) {
	c.id = c.draft("legal-person-account", fixture, c.owner.applicant(), casework.Created{Owner: c.owner.session.ID})
}

// cast sets a scene.
func (h *house) cast(scene string) *cast {
	h.Helper()
	c := &cast{house: h, owner: h.browser(), signer: h.browser(), names: map[string]string{}}
	maps.Copy(c.names, h.unit())
	c.set(scene)
	c.names["case"] = c.id
	return c
}

// unit is another unit that has an account, with its legal representative and
// an agent's mandate; made once.
func (h *house) unit() map[string]string {
	h.Helper()
	if h.other != nil {
		return h.other
	}
	h.other = map[string]string{}
	c := h.cast("signed")
	c.do(c.id, "claim", c.officer("chenyan"), casework.Data{})
	c.do(c.id, "approve", c.officer("chenyan"), c.allRight(c.id))
	uscc := c.state(c.id).Results["account"]
	mandates, err := h.accounts.MandatesOf(h.Context(), uscc)
	h.must(err)
	for _, m := range mandates {
		if m.Role == account.Owner {
			h.other["person"] = m.Person
		} else {
			h.other["mandate"] = m.ID
		}
	}
	h.other["unit"] = uscc
	return h.other
}
