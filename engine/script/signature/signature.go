package signature

import (
	"encoding/json"
	"fmt"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// Of returns the JSON Schema of the parameters of a script's main, for
// forms and the step editor. Nothing of the script is run. A script that
// cannot be read is a *run.Failure with its line; one without main has a schema
// without properties.
func Of(language, content string) (flow.Raw, error) {
	switch language {
	case "bun", "deno", "nativets", "bunnative", "javascript":
		return ofTypeScript(content), nil
	case "python3":
		return ofPython(content)
	case "bash":
		return ofBash(content), nil
	}
	return nil, &run.Failure{Name: "NoSignature", Message: fmt.Sprintf("The parameters of a script in %q cannot be read", language), Hint: "Write the step's inputs by hand."}
}

// object is a JSON object whose keys keep their order.
type object []field

type field struct {
	key   string
	value any
}

func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, f := range o {
		if i > 0 {
			b = append(b, ',')
		}
		k, err := json.Marshal(f.key)
		if err != nil {
			return nil, err
		}
		v, err := json.Marshal(f.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, k...), ':'), v...)
	}
	return append(b, '}'), nil
}

// get returns a key's value, nil if there is none.
func (o object) get(key string) any {
	for _, f := range o {
		if f.key == key {
			return f.value
		}
	}
	return nil
}

// param is one parameter of main.
type param struct {
	name     string
	schema   object
	required bool
}

// schemaOf is the schema of an object with one property for each parameter.
func schemaOf(params []param) flow.Raw {
	props, required, order := object{}, []string{}, []string{}
	for _, p := range params {
		props = append(props, field{p.name, p.schema})
		order = append(order, p.name)
		if p.required {
			required = append(required, p.name)
		}
	}
	return mustJSON(object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"type", "object"}, {"properties", props}, {"required", required}, {"order", order},
	})
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("signature: " + err.Error()) // our own types only
	}
	return b
}
