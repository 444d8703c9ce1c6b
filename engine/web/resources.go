package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"sluice/engine/flow"
)

func (l *local) resources() stored {
	return stored{"resource", l.api.ResourceExists, l.api.DeleteResource}
}

func (l *local) resourceValue(c call, path string) error {
	v, err := l.api.Resource(c.r.Context(), path)
	if err != nil {
		return err
	}
	return c.raws(v)
}

// resourceBody is a resource as clients see it.
type resourceBody struct {
	Workspace string          `json:"workspace_id"`
	Path      string          `json:"path"`
	Value     json.RawMessage `json:"value,omitempty"`
	Type      string          `json:"resource_type"`
	About     string          `json:"description"`
	OAuth     bool            `json:"is_oauth"`
	Edited    string          `json:"edited_at,omitempty"`
}

func resourceOf(c call, r flow.Resource) resourceBody {
	return resourceBody{Workspace: c.r.PathValue("ws"), Path: r.Path, Type: r.Type, About: r.Summary, Edited: stamp(r.Updated)}
}

func (l *local) resource(c call, path string) error {
	v, err := l.api.Resource(c.r.Context(), path)
	if err != nil {
		return err
	}
	all, err := l.api.Resources(c.r.Context())
	if err != nil {
		return err
	}
	body := resourceBody{Workspace: c.r.PathValue("ws"), Path: path}
	if i := slices.IndexFunc(all, func(r flow.Resource) bool { return r.Path == path }); i >= 0 {
		body = resourceOf(c, all[i])
	}
	body.Value = v
	return c.json(body)
}

// resourceList tells no values: a list is no place for them.
func (l *local) resourceList(c call) error {
	all, err := l.api.Resources(c.r.Context())
	if err != nil {
		return err
	}
	q := c.r.URL.Query()
	out := []resourceBody{}
	for _, r := range all {
		types := q.Get("resource_type")
		if types != "" && !slices.Contains(strings.Split(types, ","), r.Type) || !strings.HasPrefix(r.Path, q.Get("path_start")) {
			continue
		}
		out = append(out, resourceOf(c, r))
	}
	return pageOf(c, out)
}

// resourceIn is what a client says of a resource.
type resourceIn struct {
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value"`
	Type  string          `json:"resource_type"`
}

// createResource keeps what exists unless the caller says otherwise.
func (l *local) createResource(c call) error {
	var in resourceIn
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := named(in.Path)
	if err != nil {
		return err
	}
	if c.r.URL.Query().Get("update_if_exists") != "true" {
		if err := l.resources().free(c, p, "Use update_value, or create with update_if_exists=true."); err != nil {
			return err
		}
	}
	if err := l.api.SetResource(c.r.Context(), p, in.Type, orNull(in.Value)); err != nil {
		return err
	}
	return c.text(http.StatusCreated, "resource "+p+" created")
}

// updateResource sets a value or a type, or both; what is not told stays.
func (l *local) updateResource(c call, path string) error {
	var in resourceIn
	err := c.read(&in)
	if err == nil {
		err = l.resources().change(c, path, in.Path)
	}
	switch {
	case err != nil:
	case in.Value == nil:
		err = l.api.PutResource(c.r.Context(), flow.Resource{Path: path, Type: in.Type})
	default:
		err = l.api.SetResource(c.r.Context(), path, in.Type, in.Value)
	}
	if err != nil {
		return err
	}
	return c.text(http.StatusOK, "value of resource "+path+" updated")
}

func orNull(v json.RawMessage) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v
}
