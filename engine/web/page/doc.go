// Package page serves what a link from a mail opens: approval pages, their receipts,
// and the resume and cancel addresses of OpenFlow scripts; nothing else.
//
// To look at any of them changes nothing, however often a mail scanner does: a vote
// comes by POST, with a token of the page that it was made on or, from a program, as
// JSON.
package page

import (
	"context"

	"sluice/engine/run"
)

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
