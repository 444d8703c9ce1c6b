package script

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/script/internal/process"
)

// Signature returns the JSON Schema of the parameters of a script's main, for
// forms and the step editor. Nothing of the script is run. A script that can
// not be read is a *run.Failure with its line; one without main has a schema
// without properties.
func Signature(language, content string) (flow.Raw, error) {
	switch language {
	case "bun", "deno", "nativets", "bunnative", "javascript":
		return signatureJS(content), nil
	case "python3":
		return signaturePython(content)
	case "bash":
		return signatureBash(content), nil
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

func signatureBash(content string) flow.Raw {
	var out []param
	for _, b := range bashParams(content) {
		p := param{name: b.name, schema: object{{"type", "string"}}, required: b.fallback == nil}
		if b.fallback != nil {
			p.schema = append(p.schema, field{"default", *b.fallback})
		}
		out = append(out, p)
	}
	return schemaOf(out)
}

//go:embed python/signature.py
var pythonSignature string

func signaturePython(content string) (flow.Raw, error) {
	python, err := findPython()
	if err != nil {
		return nil, noPython()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, python.path, "-I", "-B", "-X", "utf8", "-c", pythonSignature)
	cmd.Env = process.Env()
	cmd.Stdin = strings.NewReader(content)
	var out bytes.Buffer
	cmd.Stdout = &out
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		return nil, &run.Failure{Name: "SyntaxError", Message: "The script cannot be read by Python: " + err.Error()}
	}
	var answer struct {
		Schema flow.Raw `json:"schema"`
		Error  string   `json:"error"`
		Line   int      `json:"line"`
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		return nil, fmt.Errorf("read the signature from Python: %w", err)
	}
	switch {
	case answer.Schema != nil:
		return answer.Schema, nil
	case answer.Error != "":
		return nil, &run.Failure{Name: "SyntaxError", Message: answer.Error, Line: answer.Line}
	}
	return schemaOf(nil), nil
}
