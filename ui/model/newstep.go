package model

import (
	"encoding/json"

	"sluice/engine/flow"
	"sluice/ui/say"
)

// Runnable are the languages that scripts are written in here, as OpenFlow spells
// them.
var Runnable = []string{"bun", "python3", "bash"}

// What new scripts begin with.
const (
	newTypeScript = "export async function main(name: string = \"world\") {\n  console.log(\"Hello\", name)\n  return { greeting: `Hello ${name}` }\n}\n"
	newPython     = "def main(name: str = \"world\"):\n    print(\"Hello\", name)\n    return {\"greeting\": f\"Hello {name}\"}\n"
	newBash       = "# Arguments come in order: $1, $2 … The last line printed is the result, as text;\n# an object goes into the file result.json.\nname=\"${1:-world}\"\n\necho \"Hello $name\"\n"
)

// NewScript is what a new script in a language begins with.
func NewScript(language string) string {
	switch language {
	case "python3":
		return newPython
	case "bash":
		return newBash
	}
	return newTypeScript
}

// What new steps beside the way begin with.
const (
	newFailure      = "// error: what the failed step threw; started_at, flow_job_id\nexport async function main(error: { message: string, name: string, step_id: string }) {\n  console.log(`Step ${error.step_id} failed: ${error.message}`)\n  return { told: true }\n}\n"
	newPreprocessor = "export async function preprocessor(event: { kind: string, body: any, headers: any, query: any }) {\n  // What is returned is the input of the flow.\n  return { ...event.body }\n}\n"
)

// AddAside puts a script beside the way of the flow, flow.FailureID or
// PreprocessorID, and selects it.
func AddAside(id string) Edit {
	return Edit{Name: say.F("Add step %s", id), Select: id, Do: func(f *flow.Flow) (*flow.Flow, error) {
		step := map[string]any{"summary": say.T(textOnFailure), "value": map[string]any{"type": "rawscript", "language": "bun", "content": newFailure,
			"input_transforms": map[string]any{"error": map[string]any{"type": "javascript", "expr": "error"}}}}
		if id == PreprocessorID {
			step = map[string]any{"summary": say.T(textPreprocessor), "value": map[string]any{"type": "rawscript", "language": "bun", "content": newPreprocessor, "input_transforms": map[string]any{}}}
		}
		text, err := json.Marshal(step)
		if err != nil {
			return nil, err
		}
		m, err := NewStep(id, string(text))
		if err != nil {
			return nil, err
		}
		g := *f
		if id == PreprocessorID {
			g.Value.PreprocessorModule = m
		} else {
			g.Value.FailureModule = m
		}
		return &g, nil
	}}
}

// NewStep makes a step from its OpenFlow text.
func NewStep(id, text string) (*flow.Module, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		return nil, err
	}
	name, err := json.Marshal(id)
	if err != nil {
		return nil, err
	}
	fields["id"] = name
	doc, err := json.Marshal(map[string]any{"summary": "", "value": map[string]any{"modules": []any{fields}}})
	if err != nil {
		return nil, err
	}
	f, err := flow.ParseJSON(doc)
	if err != nil {
		return nil, err
	}
	return f.Value.Modules[0], nil
}
