// Package hook serves the addresses of webhooks: what comes there starts a flow of the
// library.
//
// Where no webhook is, or one that is off, the next handler answers, as it does for any
// path that leads nowhere. What came is judged before anything starts: its size, its
// signature, whether it can be read and fits the flow. An answer is given when the run is on
// disk.
package hook

import (
	"context"

	"sluice/engine/hook"
)

// Hooks is what the addresses of webhooks need of the engine.
type Hooks interface {
	// OpenHook returns the webhook of an address, if it is on. Code hook.unknown.
	OpenHook(ctx context.Context, secret string) (hook.Opened, error)
	// CheckDelivery says why what came was not signed by the webhook's sender. Codes:
	// hook.signature, hook.key_missing.
	CheckDelivery(ctx context.Context, of hook.Opened, header func(name string) string, body []byte) error
	// Deliver starts the flow of a webhook with what came. When it returns, the run is on
	// disk. Codes: hook.unknown (it was changed meanwhile), hook.conflict (something else
	// came under its key), flow.input, hook.failed (its flow cannot be started).
	Deliver(ctx context.Context, of hook.Opened, d hook.Delivery) (hook.Receipt, error)
	// HookOutcome tells how a run of a webhook stands, with its result where the webhook tells results.
	// Code run.unknown: it is none of this webhook.
	HookOutcome(ctx context.Context, of hook.Opened, id string) (hook.Outcome, error)
	// AwaitHook returns how a run stands when it is over or waits for people, or when ctx
	// is over. after is what LastEntry said before.
	AwaitHook(ctx context.Context, of hook.Opened, id string, after int64) (hook.Outcome, error)
	// NoteRefusal keeps that something came to a webhook, and why it started nothing.
	NoteRefusal(of hook.Opened, why string)
	LastEntry(ctx context.Context) (int64, error)
}
