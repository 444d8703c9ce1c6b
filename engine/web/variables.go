package web

import (
	"net/http"
	"slices"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

func (l *local) variables() stored {
	return stored{"variable", l.api.VariableExists, l.api.DeleteVariable}
}

func (l *local) variableValue(c call, path string) error {
	v, err := l.api.Variable(c.r.Context(), path)
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

func (l *local) variable(c call, path string) error {
	v, err := l.api.Variable(c.r.Context(), path)
	if err != nil {
		return err
	}
	secret, err := l.secret(c, path)
	if err != nil {
		return err
	}
	body := variableBody{Workspace: c.r.PathValue("ws"), Path: path, Value: &v, Secret: secret}
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

// errNoValue says that there is nothing to store.
func errNoValue() error {
	return fault.New("api.body", "The value of the variable is missing", "Send {\"value\": \"…\"}. Nothing was changed.")
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
	if err := l.variables().free(c, p, "Use update to change it."); err != nil {
		return err
	}
	if in.Value == nil {
		return errNoValue()
	}
	if err := l.api.SetVariable(c.r.Context(), p, *in.Value, in.Secret == nil || *in.Secret); err != nil {
		return err
	}
	return c.text(http.StatusCreated, "variable "+p+" created")
}

func (l *local) updateVariable(c call, path string) error {
	var in variableIn
	if err := c.read(&in); err != nil {
		return err
	}
	if err := l.variables().change(c, path, in.Path); err != nil {
		return err
	}
	if in.Value == nil && in.Secret == nil {
		return errNoValue()
	}
	secret, err := l.secret(c, path)
	if err != nil {
		return err
	}
	if in.Secret != nil {
		secret = *in.Secret
	}
	if in.Value == nil {
		v, err := l.api.Variable(c.r.Context(), path)
		if err != nil {
			return err
		}
		in.Value = &v
	}
	if err := l.api.SetVariable(c.r.Context(), path, *in.Value, secret); err != nil {
		return err
	}
	return c.text(http.StatusOK, "variable "+path+" updated")
}
