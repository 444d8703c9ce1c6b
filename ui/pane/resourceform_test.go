package pane

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/model"
)

// shelf holds one resource of each path and remembers what was asked of it.
type shelf struct {
	held  map[string]flow.Resource
	asked []string
}

func (s *shelf) Types(context.Context) (model.ResourceTypes, error) { return model.TypesWith(nil), nil }
func (s *shelf) Open(_ context.Context, path string) (flow.Resource, error) {
	r := s.held[path]
	r.Value, _ = model.TypesWith(nil).Public(r.Type, r.Value)
	return r, nil
}
func (s *shelf) Change(_ context.Context, path string, typed flow.Raw) error {
	s.asked = append(s.asked, "change "+path+" "+string(typed))
	return nil
}
func (s *shelf) Rename(_ context.Context, from, to, open string) (int, error) {
	s.asked = append(s.asked, "rename "+from+" "+to+" beside "+open)
	return 2, nil
}

// put remembers what is stored.
type putting struct {
	*engine
	put    []flow.Resource
	tested []string
}

func (p *putting) TestResource(_ context.Context, path string) error {
	p.tested = append(p.tested, path)
	return nil
}

func (p *putting) PutResource(_ context.Context, r flow.Resource) error {
	p.put = append(p.put, r)
	return nil
}

// entry is the field of the open dialog that stands below a label.
func (d *desk) entry(label string) *kit.Entry {
	d.t.Helper()
	for _, o := range test.LaidOutObjects(d.h.Window.Canvas().Overlays().Top()) {
		if f, ok := o.(*kit.Field); ok && f.Label == label {
			return all[*kit.Entry](f.Control)[0]
		}
	}
	d.t.Fatalf("there is no field %s", label)
	return nil
}

// A connection is added by the form of its type, from the field that asks for one.
func TestAConnectionIsAddedByItsForm(t *testing.T) {
	d := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{}}}]}}`)
	d.sigs["code"] = `{"type":"object","properties":{"db":{"type":"object","format":"resource-postgresql"}}}`
	store := &putting{engine: d.engine}
	d.h.Library, d.h.Connections = store, &shelf{}
	d.h.Changed(d.h.Model.Select("a"))
	box := all[*kit.SelectBox](d.editor.inspector.Object())[0]
	box.Select(len(box.Options) - 1)
	box.OnChanged(len(box.Options) - 1)
	d.entry("Host").SetText("db.example")
	d.confirm(model.TextSave)
	if len(store.put) != 0 {
		t.Fatal("it is stored without the database that is required")
	}
	d.entry("Database").SetText("orders")
	d.entry("Password").SetText("sesame")
	d.confirm(model.TextSave)
	if len(store.put) != 1 {
		t.Fatalf("stored: %+v", store.put)
	}
	r := store.put[0]
	if r.Path != "u/me/postgresql" || r.Type != "postgresql" || !strings.Contains(string(r.Value), `"password":"sesame"`) || !strings.Contains(string(r.Value), `"port":5432`) {
		t.Errorf("%s %s %s", r.Path, r.Type, r.Value)
	}
	if in := d.input("db"); in == nil || string(in.Value) != `"$res:u/me/postgresql"` || d.h.Window.Canvas().Overlays().Top() != nil {
		t.Errorf("the field holds %+v", in)
	}
}

// A connection is tried as soon as it is stored, where that is wanted.
func TestAConnectionIsTriedWhenItIsAdded(t *testing.T) {
	d := sit(t, twoSteps)
	store := &putting{engine: d.engine}
	d.h.Library, d.h.Connections = store, &shelf{}
	told := ""
	d.h.Tell = func(text string) { told = text }
	NewResources(d.h).connect("postgresql")
	d.entry("Host").SetText("db.example")
	d.entry("Database").SetText("orders")
	d.confirm(model.TextSaveAndTest)
	if len(store.put) != 1 || len(store.tested) != 1 || store.tested[0] != store.put[0].Path || told != "u/me/postgresql works" {
		t.Errorf("stored %+v, tried %v, told %q", store.put, store.tested, told)
	}
}

// What a resource holds in secret is not on the screen when it is edited.
func TestAResourceIsEditedWithoutItsSecrets(t *testing.T) {
	d := sit(t, twoSteps)
	s := &shelf{held: map[string]flow.Resource{"u/me/db": {Path: "u/me/db", Type: "postgresql", Value: flow.Raw(`{"host":"db","dbname":"orders","password":"sesame"}`)}}}
	d.h.Connections = s
	then := 0
	NewResources(d.h).edit(s.held["u/me/db"], func() { then++ })
	if got := d.entry("Password").Text(); got != "" {
		t.Errorf("the password is shown: %q", got)
	}
	if got := d.entry("Host").Text(); got != "db" {
		t.Errorf("the host is %q", got)
	}
	d.entry("Host").SetText("db2")
	d.confirm(model.TextSave)
	if len(s.asked) != 1 || !strings.Contains(s.asked[0], `"host":"db2"`) || strings.Contains(s.asked[0], "sesame") || then != 1 {
		t.Errorf("%v", s.asked)
	}
}

// Flows follow a rename, the open one too, with an undo.
func TestFlowsFollowARename(t *testing.T) {
	d := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","content":"code","input_transforms":{"db":{"type":"static","value":"$res:u/me/db"}}}}]}}`)
	s := &shelf{}
	d.h.Connections = s
	told := ""
	d.h.Tell = func(text string) { told = text }
	NewResources(d.h).rename(flow.Resource{Path: "u/me/db", Type: "postgresql"})
	d.entry(model.TextResourceName).SetText("no slashes")
	d.confirm(model.TextRename)
	if len(s.asked) != 0 {
		t.Fatal("a path that is none is taken")
	}
	d.entry(model.TextResourceName).SetText("f/ops/db")
	d.confirm(model.TextRename)
	if len(s.asked) != 1 || s.asked[0] != "rename u/me/db f/ops/db beside u/me/f" || told != "It is f/ops/db now; what names it follows in 3 places of the library" {
		t.Errorf("%v, told %q", s.asked, told)
	}
	if in := d.input("db"); string(in.Value) != `"$res:f/ops/db"` {
		t.Errorf("%+v", in)
	}
}
