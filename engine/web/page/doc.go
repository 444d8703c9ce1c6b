// Package page serves what people open in a browser: approval pages, the pages of forms
// that start something, the receipts of both, and the resume and cancel addresses of
// OpenFlow scripts; nothing else.
//
// To look at any of them changes nothing, however often a mail scanner does: a vote, or
// what starts a run, comes by POST, with a token of the page that it was made on or, from
// a program that votes, as JSON.
package page

import (
	"context"

	"sluice/engine/flow"
	trigger "sluice/engine/form"
	"sluice/engine/run"
)

// Forms is what the pages of forms need of the engine.
type Forms interface {
	// OpenForm returns the form of an address, if it is on, with what its page shows. Code
	// form.unknown.
	OpenForm(ctx context.Context, secret string) (trigger.Opened, error)
	// SheetConditions calls look with what tells for one look at a form which fields are
	// shown; who is whoever looks. Code engine.busy.
	SheetConditions(ctx context.Context, of trigger.Opened, who string, look func(flow.Show)) error
	// SubmitForm starts what a form is of with what somebody sent. When it returns, the run
	// is on disk. Codes: form.unknown (it was changed meanwhile), form.sent (something else
	// was sent by the same page), form.stale (of a stale page, nothing was sent before),
	// form.used (the link has started its run), flow.input, form.failed (it cannot be
	// started).
	SubmitForm(ctx context.Context, of trigger.Opened, s trigger.Submission) (trigger.Receipt, error)
	// FormPageKey returns the key by which pages of forms are known as made here: 32 bytes
	// that stay those for as long as what was sent by the pages is known; nil if there is
	// none.
	FormPageKey(ctx context.Context) ([]byte, error)
	// FormReceipt tells how the run of what was sent stands; without a key, that of a link
	// that starts one run. Codes: run.unknown (it is none of this address), run.damaged.
	FormReceipt(ctx context.Context, of trigger.Opened, key string) (trigger.Standing, error)
}

// Approvals is what the public listener needs of the engine. Reading never
// changes anything.
type Approvals interface {
	// Approval returns the request that a link's secret opens, as its person
	// sees it. Codes: link.unknown, link.revoked, approval.unknown (its step asks
	// nobody), run.damaged, engine.busy.
	Approval(ctx context.Context, secret string) (run.Approval, error)
	// Link returns what a link's secret opens, without reading its request. Codes:
	// link.unknown, link.revoked, engine.busy.
	Link(ctx context.Context, secret string) (run.Link, error)
	// Vote decides by a link that Link or Approval returned. It fills Run, Step,
	// Person and Link of d from it. It returns the request as it stands after the
	// vote, or as it refused the vote, and a zero one where neither is known. Codes:
	// those of Approval, and approval.voted (this person already has), approval.decided, approval.expired, approval.canceled, approval.form,
	// approval.word (a step of high stakes, and Word of d does not confirm it),
	// api.other (a script approves such a step).
	Vote(ctx context.Context, l run.Link, d run.Decision) (run.Approval, error)
}
