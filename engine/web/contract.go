// Package web serves Sluice's two listeners: the public one (approval pages,
// and the resume and cancel addresses of OpenFlow scripts; nothing else) and
// the local one (the Windmill-compatible API for the jobs of this computer).
package web

import (
	"context"
	"encoding/json"

	"sluice/engine/run"
)

// Approvals is what the public listener needs of the engine. Reading never
// changes anything.
type Approvals interface {
	// Approval returns the request that a link's secret opens, as its person
	// sees it. Codes: link.unknown, link.revoked, approval.unknown (its step asks
	// nobody), run.damaged, engine.busy.
	Approval(ctx context.Context, secret string) (run.Approval, error)
	// Vote decides by a link. It fills Run, Step, Person and Link of d from the
	// secret. It returns the request as it stands after the vote, also with an
	// error. Codes: those of Approval, and approval.voted (this person already
	// has), approval.decided, approval.expired, approval.canceled, approval.form.
	Vote(ctx context.Context, secret string, d run.Decision) (run.Approval, error)
}

// API is what the local listener needs of the engine. Every call is made by a
// job, named by its token.
type API interface {
	// Caller returns the job that a token belongs to; code api.token if none.
	Caller(ctx context.Context, token string) (run.Caller, error)
	// ResumeLinks mints (or returns, for the same nonce) a job's link for a person.
	ResumeLinks(ctx context.Context, c run.Caller, nonce uint32, approver string) (run.Links, error)
	// AskByMail notes what is asked, mints one link per person and queues one
	// mail each, all in one transaction. Whoever has a mail of the step already
	// gets no other.
	AskByMail(ctx context.Context, c run.Caller, req run.MailRequest) error
	// SendMail queues a plain message.
	SendMail(ctx context.Context, c run.Caller, req run.MailRequest) error

	Resource(ctx context.Context, path string) (json.RawMessage, error) // interpolated; code resource.unknown
	ResourceExists(ctx context.Context, path string) (bool, error)
	SetResource(ctx context.Context, path, typ string, value json.RawMessage) error
	Variable(ctx context.Context, path string) (string, error) // code variable.unknown
	VariableExists(ctx context.Context, path string) (bool, error)
	SetVariable(ctx context.Context, path, value string, secret bool) error
	UserState(ctx context.Context, id run.ID, key string) (json.RawMessage, error) // null if unset
	SetUserState(ctx context.Context, id run.ID, key string, value json.RawMessage) error
	CancelRun(ctx context.Context, id run.ID, reason string) error
}
