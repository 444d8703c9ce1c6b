package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// path is the rest of a path that names a resource or a variable.
func (c call) path() (string, error) {
	return named(c.r.PathValue("path"))
}

func named(p string) (string, error) {
	if p == "" || len(p) > 255 || strings.ContainsFunc(p, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", fault.New("api.path", "That is not a path of a resource or a variable", "A path looks like u/me/name or f/team/name.")
	}
	return p, nil
}

func (l *local) resourceValue(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	v, err := l.api.Resource(c.r.Context(), p)
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

func (l *local) resource(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	v, err := l.api.Resource(c.r.Context(), p)
	if err != nil {
		return err
	}
	all, err := l.api.Resources(c.r.Context())
	if err != nil {
		return err
	}
	body := resourceBody{Workspace: c.r.PathValue("ws"), Path: p}
	if i := slices.IndexFunc(all, func(r flow.Resource) bool { return r.Path == p }); i >= 0 {
		body = resourceOf(c, all[i])
	}
	body.Value = v
	return c.json(body)
}

func (l *local) resourceExists(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	ok, err := l.api.ResourceExists(c.r.Context(), p)
	if err != nil {
		return err
	}
	return c.json(ok)
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

// pageOf answers with the part of a list that the call asks for.
func pageOf[T any](c call, all []T) error {
	page, each, err := c.paging(1000)
	if err != nil {
		return err
	}
	from := min((page-1)*each, len(all))
	return c.json(all[from:min(from+each, len(all))])
}

// paging reads which page is asked for, from 1, and how long pages are.
func (c call) paging(each int) (page, per int, err error) {
	page, per = 1, each
	for name, to := range map[string]*int{"page": &page, "per_page": &per} {
		if v := c.r.URL.Query().Get(name); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 || n > 1_000_000 {
				return 0, 0, fault.Newf("api.page", "", "%s must be a whole number from 1", name)
			}
			*to = n
		}
	}
	return page, min(per, 10_000), nil
}

// createResource keeps what exists unless the caller says otherwise.
func (l *local) createResource(c call) error {
	var in struct {
		Path  string          `json:"path"`
		Value json.RawMessage `json:"value"`
		Type  string          `json:"resource_type"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := named(in.Path)
	if err != nil {
		return err
	}
	if c.r.URL.Query().Get("update_if_exists") != "true" {
		there, err := l.api.ResourceExists(c.r.Context(), p)
		if err != nil {
			return err
		}
		if there {
			return fault.Newf("api.exists", "Use update_value, or create with update_if_exists=true.", "The resource %s exists already", p)
		}
	}
	if err := l.api.SetResource(c.r.Context(), p, in.Type, orNull(in.Value)); err != nil {
		return err
	}
	return c.text(http.StatusCreated, "resource "+p+" created")
}

// updateResource sets a value or a type, or both; what is not told stays.
func (l *local) updateResource(c call) error {
	var in struct {
		Path  string          `json:"path"`
		Value json.RawMessage `json:"value"`
		Type  string          `json:"resource_type"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := c.path()
	if err != nil {
		return err
	}
	if in.Path != "" && in.Path != p {
		return fault.New("api.rename", "A resource can not get another path this way", "Create one under the new path and delete the old one. Nothing was changed.")
	}
	there, err := l.api.ResourceExists(c.r.Context(), p)
	switch {
	case err != nil:
		return err
	case !there:
		return fault.Newf("resource.unknown", "Create it first. Nothing was changed.", "There is no resource %s", p)
	case in.Value == nil:
		err = l.api.PutResource(c.r.Context(), flow.Resource{Path: p, Type: in.Type})
	default:
		err = l.api.SetResource(c.r.Context(), p, in.Type, in.Value)
	}
	if err != nil {
		return err
	}
	return c.text(http.StatusOK, "value of resource "+p+" updated")
}

func (l *local) deleteResource(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	if there, err := l.api.ResourceExists(c.r.Context(), p); err != nil {
		return err
	} else if !there {
		return fault.Newf("resource.unknown", "Nothing was changed.", "There is no resource %s", p)
	}
	if err := l.api.DeleteResource(c.r.Context(), p); err != nil {
		return err
	}
	return c.text(http.StatusOK, "resource "+p+" deleted")
}

func orNull(v json.RawMessage) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v
}

func (l *local) variableValue(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	v, err := l.api.Variable(c.r.Context(), p)
	if err != nil {
		return err
	}
	return c.json(v)
}

// variableBody is a variable as clients see it.
type variableBody struct {
	Workspace string  `json:"workspace_id"`
	Path      string  `json:"path"`
	Value     *string `json:"value"`
	Secret    bool    `json:"is_secret"`
	About     string  `json:"description"`
	OAuth     bool    `json:"is_oauth"`
	Expired   bool    `json:"is_expired"`
}

func (l *local) variable(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	v, err := l.api.Variable(c.r.Context(), p)
	if err != nil {
		return err
	}
	secret, err := l.secret(c, p)
	if err != nil {
		return err
	}
	body := variableBody{Workspace: c.r.PathValue("ws"), Path: p, Value: &v, Secret: secret}
	if secret && c.r.URL.Query().Get("decrypt_secret") == "false" {
		body.Value = nil
	}
	return c.json(body)
}

// secret tells whether a variable is sealed. One that is not there counts so.
func (l *local) secret(c call, path string) (bool, error) {
	all, err := l.api.Variables(c.r.Context())
	if err != nil {
		return true, err
	}
	i := slices.IndexFunc(all, func(v flow.Variable) bool { return v.Path == path })
	return i < 0 || all[i].Secret, nil
}

func (l *local) variableExists(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	ok, err := l.api.VariableExists(c.r.Context(), p)
	if err != nil {
		return err
	}
	return c.json(ok)
}

func (l *local) variableList(c call) error {
	all, err := l.api.Variables(c.r.Context())
	if err != nil {
		return err
	}
	out := []variableBody{}
	for _, v := range all {
		if !strings.HasPrefix(v.Path, c.r.URL.Query().Get("path_start")) {
			continue
		}
		body := variableBody{Workspace: c.r.PathValue("ws"), Path: v.Path, Secret: v.Secret}
		if !v.Secret {
			body.Value = &v.Value
		}
		out = append(out, body)
	}
	return pageOf(c, out)
}

// variableIn is what a client says of a variable. A caller that creates one and
// does not say whether it is secret gets a secret one; an update leaves it as it
// was.
type variableIn struct {
	Path   string  `json:"path"`
	Value  *string `json:"value"`
	Secret *bool   `json:"is_secret"`
}

func (l *local) createVariable(c call) error {
	var in variableIn
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := named(in.Path)
	if err != nil {
		return err
	}
	exists, err := l.api.VariableExists(c.r.Context(), p)
	if err != nil {
		return err
	}
	if exists {
		return fault.Newf("api.exists", "Use update to change it.", "The variable %s exists already", p)
	}
	if in.Value == nil {
		return fault.New("api.body", "The value of the variable is missing", "Send {\"value\": \"…\"}. Nothing was changed.")
	}
	if err := l.api.SetVariable(c.r.Context(), p, *in.Value, in.Secret == nil || *in.Secret); err != nil {
		return err
	}
	return c.text(http.StatusCreated, "variable "+p+" created")
}

func (l *local) updateVariable(c call) error {
	var in variableIn
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := c.path()
	if err != nil {
		return err
	}
	if in.Path != "" && in.Path != p {
		return fault.New("api.rename", "A variable can not get another path this way", "Create one under the new path and delete the old one. Nothing was changed.")
	}
	exists, err := l.api.VariableExists(c.r.Context(), p)
	switch {
	case err != nil:
		return err
	case !exists:
		return fault.Newf("variable.unknown", "Create it first. Nothing was changed.", "There is no variable %s", p)
	case in.Value == nil && in.Secret == nil:
		return fault.New("api.body", "The value of the variable is missing", "Send {\"value\": \"…\"}. Nothing was changed.")
	}
	secret, err := l.secret(c, p)
	if err != nil {
		return err
	}
	if in.Secret != nil {
		secret = *in.Secret
	}
	if in.Value == nil {
		v, err := l.api.Variable(c.r.Context(), p)
		if err != nil {
			return err
		}
		in.Value = &v
	}
	if err := l.api.SetVariable(c.r.Context(), p, *in.Value, secret); err != nil {
		return err
	}
	return c.text(http.StatusOK, "variable "+p+" updated")
}

func (l *local) deleteVariable(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	if there, err := l.api.VariableExists(c.r.Context(), p); err != nil {
		return err
	} else if !there {
		return fault.Newf("variable.unknown", "Nothing was changed.", "There is no variable %s", p)
	}
	if err := l.api.DeleteVariable(c.r.Context(), p); err != nil {
		return err
	}
	return c.text(http.StatusOK, "variable "+p+" deleted")
}
