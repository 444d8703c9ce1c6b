package windmill

import (
	"net/http"
	"slices"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

func (st storeCalls) variables() stored {
	return stored{"variable", st.api.VariableExists, st.api.DeleteVariable}
}

func (st storeCalls) variableValue(c call, path string) error {
	v, err := st.api.Variable(c.r.Context(), path)
	if err != nil {
		return err
	}
	return c.writeJSON(v)
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
	Edits     edits   `json:"extra_perms"`
}

func (st storeCalls) variable(c call, path string) error {
	v, err := st.api.Variable(c.r.Context(), path)
	if err != nil {
		return err
	}
	is, err := st.listed(c, path)
	if err != nil {
		return err
	}
	body := variableOf(c, is)
	body.Value = &v
	if is.Secret && c.r.URL.Query().Get("decrypt_secret") == "false" {
		body.Value = nil
	}
	return c.writeJSON(body)
}

func variableOf(c call, v flow.Variable) variableBody {
	return variableBody{Workspace: c.r.PathValue("ws"), Path: v.Path, Secret: v.Secret, About: v.Description}
}

// listed returns a variable as lists have it. One that is not there counts as
// secret.
func (st storeCalls) listed(c call, path string) (flow.Variable, error) {
	all, err := st.api.Variables(c.r.Context())
	if err != nil {
		return flow.Variable{}, err
	}
	if i := slices.IndexFunc(all, func(v flow.Variable) bool { return v.Path == path }); i >= 0 {
		return all[i], nil
	}
	return flow.Variable{Path: path, Secret: true}, nil
}

func (st storeCalls) variableList(c call) error {
	all, err := st.api.Variables(c.r.Context())
	if err != nil {
		return err
	}
	keep, err := c.about("value")
	if err != nil {
		return err
	}
	out := []variableBody{}
	for _, v := range all {
		if !keep(v.Path, v.Description) {
			continue
		}
		body := variableOf(c, v)
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
	About  *string `json:"description"`
}

// errNoValue says that there is nothing to store.
func errNoValue() error {
	return fault.New("api.body", "The value of the variable is missing", "Send {\"value\": \"…\"}. Nothing was changed.")
}

func (st storeCalls) createVariable(c call) error {
	var in variableIn
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := named(in.Path)
	if err != nil {
		return err
	}
	if err := st.variables().free(c, p, "Use update to change it."); err != nil {
		return err
	}
	if in.Value == nil {
		return errNoValue()
	}
	v := flow.Variable{Path: p, Value: *in.Value, Secret: in.Secret == nil || *in.Secret}
	if in.About != nil {
		v.Description = *in.About
	}
	if err := st.api.SetVariable(c.r.Context(), v); err != nil {
		return err
	}
	return c.writeText(http.StatusCreated, "variable "+p+" created")
}

func (st storeCalls) updateVariable(c call, path string) error {
	var in variableIn
	if err := c.read(&in); err != nil {
		return err
	}
	if err := st.variables().change(c, path, in.Path); err != nil {
		return err
	}
	if in.Value == nil && in.Secret == nil && in.About == nil {
		return errNoValue()
	}
	v, err := st.listed(c, path)
	if err != nil {
		return err
	}
	if in.Secret != nil {
		v.Secret = *in.Secret
	}
	if in.About != nil {
		v.Description = *in.About
	}
	if in.Value != nil {
		v.Value = *in.Value
	} else if v.Value, err = st.api.Variable(c.r.Context(), path); err != nil {
		return err
	}
	if err := st.api.SetVariable(c.r.Context(), v); err != nil {
		return err
	}
	return c.writeText(http.StatusOK, "variable "+path+" updated")
}
