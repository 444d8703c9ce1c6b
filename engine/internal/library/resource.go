package library

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
)

// Resources lists the resources by path, without their values.
func (l *Library) Resources(ctx context.Context) ([]flow.Resource, error) {
	rows, err := l.db.Resources()
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list resources: %w", err))
	}
	out := make([]flow.Resource, len(rows))
	for i, r := range rows {
		out[i] = resourceOf(r)
	}
	return out, nil
}

func resourceOf(r sqlite.Resource) flow.Resource {
	return flow.Resource{Path: r.Path, Type: r.Type, Summary: r.Summary, State: flow.ResourceState(r.State), Updated: journal.FromNano(r.Updated), Description: r.Description}
}

// FullResource returns a resource with everything in it, as the parts of Sluice
// that sign in and send mail need it; code resource.unknown. Scripts get what
// Resource returns.
func (l *Library) FullResource(ctx context.Context, path string) (flow.Resource, error) {
	return l.FullResourceIn(l.db.View, path)
}

// FullResourceIn is FullResource of one moment of the file.
func (l *Library) FullResourceIn(v sqlite.View, path string) (flow.Resource, error) {
	row, ok, err := v.Resource(path)
	if err != nil {
		return flow.Resource{}, journal.Unexpected(fmt.Errorf("read resource %s: %w", path, err))
	}
	if !ok {
		return flow.Resource{}, noResource(path)
	}
	r := resourceOf(row)
	r.Value, r.Literal, err = l.open(row)
	if err != nil {
		return flow.Resource{}, err
	}
	return r, nil
}

// literalMark stands before a sealed value that a step stored. It is white space that no
// other value begins with, so that versions which do not know it read the same JSON.
var literalMark = []byte("\t\n\t")

// open unseals a value.
func (l *Library) open(row sqlite.Resource) (v flow.Raw, literal bool, err error) {
	b, err := l.c.Box.Open(row.Value)
	if err != nil {
		return nil, false, fault.Because(fmt.Errorf("open resource %s: %w", row.Path, err), "resource.sealed",
			fmt.Sprintf("The resource %s cannot be opened", row.Path), "Its key is missing on this computer. Enter the resource again.")
	}
	v, literal = bytes.CutPrefix(b, literalMark)
	return v, literal, nil
}

// seal seals a value.
func (l *Library) seal(path string, v flow.Raw, literal bool) ([]byte, error) {
	v = bytes.TrimSpace(v)
	if literal {
		v = slices.Concat(literalMark, v)
	}
	sealed, err := l.c.Box.Seal(v)
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("seal resource %s: %w", path, err))
	}
	return sealed, nil
}

func noResource(path string) error {
	return fault.Newf("resource.unknown", "Add it under Resources, or choose another one in the step.", "There is no resource %s", path)
}

// ResourceExists reports whether there is a resource of that path.
func (l *Library) ResourceExists(ctx context.Context, path string) (bool, error) {
	_, ok, err := l.db.Resource(path)
	return ok, journal.Unexpected(err)
}

// PutResource stores a resource, sealed. A nil value keeps the one that is
// there, and so does an empty description. Mails that waited for it are tried again. Codes: resource.path,
// resource.value.
func (l *Library) PutResource(ctx context.Context, r flow.Resource) error {
	if err := l.putResource(ctx, r); err != nil {
		return err
	}
	err := l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		return tx.ReleaseMail(r.Path, now.UnixNano())
	})
	if err == nil {
		l.c.Account(r.Path)
	}
	return journal.Unexpected(err)
}

// SetResource stores the value of a resource as a script asks for it; an empty
// type keeps the one that is there. The value is data: a script may have it from whoever
// sent it, so that no reference in it is followed.
func (l *Library) SetResource(ctx context.Context, path, typ string, value json.RawMessage) error {
	if len(bytes.TrimSpace(value)) == 0 {
		value = json.RawMessage("null")
	}
	return l.putResource(ctx, flow.Resource{Path: path, Type: typ, Value: value, Literal: true})
}

func (l *Library) putResource(ctx context.Context, r flow.Resource) error {
	if err := flow.CheckPath(r.Path); err != nil {
		return err
	}
	if r.Value != nil && !json.Valid(r.Value) {
		return fault.New("resource.value", "The value of this resource is not JSON", "Nothing was stored. Correct it and save again.")
	}
	var sealed []byte
	if r.Value != nil {
		var err error
		if sealed, err = l.seal(r.Path, r.Value, r.Literal); err != nil {
			return err
		}
	}
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		old, found, err := tx.Resource(r.Path)
		if err != nil {
			return err
		}
		row := sqlite.Resource{
			Path: r.Path, Type: r.Type, Value: sealed, Summary: r.Summary, State: string(r.State), Updated: now.UnixNano(),
			Description: cmp.Or(r.Description, old.Description),
		}
		if row.Type == "" {
			row.Type = old.Type
		}
		if row.Type == "" {
			row.Type = "any"
		}
		switch {
		case sealed == nil && !found:
			return fault.New("resource.value", "This resource has no value yet", "Nothing was stored. Fill it in and save again.")
		case sealed == nil:
			if row.Value, err = l.kept(old, row.Type); err != nil {
				return err
			}
			if row.Summary == "" {
				row.Summary = old.Summary
			}
			if row.State == "" {
				row.State = old.State
			}
		}
		if sealed != nil && found && !r.Literal {
			// Who gives back what a step stored, as with another description, wrote none of it.
			if was, literal, err := l.open(old); err == nil && literal && bytes.Equal(was, bytes.TrimSpace(r.Value)) {
				row.Value = old.Value
			}
		}
		if row.Summary == "" {
			row.Summary = summarize(row.Type, r.Value)
		}
		if row.State == "" {
			row.State = string(flow.ResourceUntested)
			if flow.IsPractice(r.Value) {
				row.State = string(flow.ResourcePractice)
			}
		}
		return tx.PutResource(row)
	}))
}

// kept is the sealed value of a resource that gets another type. State stays data under
// every type.
func (l *Library) kept(old sqlite.Resource, typ string) ([]byte, error) {
	if old.Type != stateType || typ == stateType {
		return old.Value, nil
	}
	v, _, err := l.open(old)
	if err != nil {
		return nil, err
	}
	return l.seal(old.Path, v, true)
}

// HoldsSealed reports whether the folder holds values that only its key opens.
func (r *Catalog) HoldsSealed() (bool, error) {
	any, err := r.db.Sealed()
	return any, journal.Unexpected(err)
}

// summarize tells a value in one line, by fields that are never secret.
func summarize(typ string, v flow.Raw) string {
	var m map[string]any
	if json.Unmarshal(v, &m) != nil {
		return ""
	}
	if m["practice"] == true {
		return "practice account: mails stay in the outbox"
	}
	var parts []string
	for _, key := range []string{"email", "host", "port", "user", "username", "dbname", "database", "region", "bucket"} {
		switch x := m[key].(type) {
		case string:
			if x != "" {
				parts = append(parts, x)
			}
		case float64:
			parts = append(parts, fmt.Sprint(x))
		}
	}
	if typ == "gmail" && len(parts) > 0 {
		parts = append(parts, "may send mail")
	}
	return strings.Join(parts, ", ")
}

// Practice reports whether an account is one whose mails stay here. Codes: those of
// FullResourceIn.
func (l *Library) Practice(v sqlite.View, account string) (bool, error) {
	r, err := l.FullResourceIn(v, account)
	if err != nil {
		return false, err
	}
	return flow.IsPractice(r.Value), nil
}

// DescribeResource sets what people say of a resource.
func (l *Library) DescribeResource(ctx context.Context, path, text string) error {
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error { return tx.DescribeResource(path, text) }))
}

// DeleteResource removes a resource. Steps that name it fail when they start.
func (l *Library) DeleteResource(ctx context.Context, path string) error {
	err := l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error { return tx.DeleteResource(path) })
	if err == nil {
		l.c.Account(path) // there is none any more that could sign in
	}
	return journal.Unexpected(err)
}

// TestResource tries a resource out and notes how it went.
func (l *Library) TestResource(ctx context.Context, path string) error {
	r, err := l.FullResource(ctx, path)
	if err != nil {
		return err
	}
	if l.c.TestResource == nil {
		return fault.New("resource.untestable", "This kind of resource cannot be tested", "Run a step that uses it.")
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	test := l.c.TestResource(ctx, r)
	if errors.Is(test, context.Canceled) {
		return test
	}
	state := flow.ResourceConnected
	switch {
	case fault.HasCode(test, health.CodeSignIn):
		state = flow.ResourceSignIn
	case test != nil:
		state = flow.ResourceFailing
	case flow.IsPractice(r.Value):
		state = flow.ResourcePractice
	}
	err = l.c.Write(context.WithoutCancel(ctx), func(tx *sqlite.Tx, _ time.Time) error { return tx.SetResourceState(path, string(state)) })
	if test != nil {
		return journal.Unexpected(test)
	}
	return journal.Unexpected(err)
}
