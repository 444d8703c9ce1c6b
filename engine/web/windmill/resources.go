package windmill

import (
	"encoding/json"
	"net/http"
	"slices"

	"sluice/engine/flow"
)

func (st storeCalls) resources() stored {
	return stored{"resource", st.api.ResourceExists, st.api.DeleteResource}
}

func (st storeCalls) resourceValue(c call, path string) error {
	v, err := st.api.Resource(c.r.Context(), path)
	if err != nil {
		return err
	}
	return c.writeRaw(v)
}

// resourceBody is a resource as clients see it.
type resourceBody struct {
	Workspace string          `json:"workspace_id"`
	Path      string          `json:"path"`
	Value     json.RawMessage `json:"value,omitempty"`
	Type      string          `json:"resource_type"`
	About     string          `json:"description"`
	OAuth     bool            `json:"is_oauth"`
	Linked    bool            `json:"is_linked"`
	Refreshed bool            `json:"is_refreshed"`
	Edits     edits           `json:"extra_perms"`
	Edited    string          `json:"edited_at,omitempty"`
}

func resourceOf(c call, r flow.Resource) resourceBody {
	return resourceBody{Workspace: c.r.PathValue("ws"), Path: r.Path, Type: r.Type, About: r.Description, Edited: timeText(r.Updated)}
}

func (st storeCalls) resource(c call, path string) error {
	v, err := st.api.Resource(c.r.Context(), path)
	if err != nil {
		return err
	}
	all, err := st.api.Resources(c.r.Context())
	if err != nil {
		return err
	}
	body := resourceBody{Workspace: c.r.PathValue("ws"), Path: path}
	if i := slices.IndexFunc(all, func(r flow.Resource) bool { return r.Path == path }); i >= 0 {
		body = resourceOf(c, all[i])
	}
	body.Value = v
	return c.writeJSON(body)
}

// resourceList tells no values: a list is no place for them.
func (st storeCalls) resourceList(c call) error {
	all, err := st.api.Resources(c.r.Context())
	if err != nil {
		return err
	}
	keep, err := c.about("value")
	if err != nil {
		return err
	}
	types, not := c.r.URL.Query().Get("resource_type"), c.r.URL.Query().Get("resource_type_exclude")
	out := []resourceBody{}
	for _, r := range all {
		if types != "" && !among(r.Type, types) || among(r.Type, not) || !keep(r.Path, r.Description) {
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
	About *string         `json:"description"`
}

// createResource keeps what exists unless the caller says otherwise.
func (st storeCalls) createResource(c call) error {
	var in resourceIn
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := named(in.Path)
	if err != nil {
		return err
	}
	if c.r.URL.Query().Get("update_if_exists") != "true" {
		if err := st.resources().free(c, p, "Use update_value, or create with update_if_exists=true."); err != nil {
			return err
		}
	}
	if err := st.api.SetResource(c.r.Context(), p, in.Type, orNull(in.Value)); err != nil {
		return err
	}
	if err := st.describeResource(c, p, in); err != nil {
		return err
	}
	return c.writeText(http.StatusCreated, "resource "+p+" created")
}

// updateResource sets value, type and description; what is not told stays.
func (st storeCalls) updateResource(c call, path string) error {
	var in resourceIn
	err := c.read(&in)
	if err == nil {
		err = st.resources().change(c, path, in.Path)
	}
	switch {
	case err != nil:
	case in.Value == nil && in.Type == "" && in.About != nil:
	case in.Value == nil:
		err = st.api.PutResource(c.r.Context(), flow.Resource{Path: path, Type: in.Type})
	default:
		err = st.api.SetResource(c.r.Context(), path, in.Type, in.Value)
	}
	if err == nil {
		err = st.describeResource(c, path, in)
	}
	if err != nil {
		return err
	}
	return c.writeText(http.StatusOK, "value of resource "+path+" updated")
}

func (st storeCalls) describeResource(c call, path string, in resourceIn) error {
	if in.About == nil {
		return nil
	}
	return st.api.DescribeResource(c.r.Context(), path, *in.About)
}

func orNull(v json.RawMessage) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v
}
