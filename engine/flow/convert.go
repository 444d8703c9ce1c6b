package flow

// FromYAML reads one YAML document as JSON text with the keys in the order of
// the file, by the same reading as flows: dates and words like yes are texts.
func FromYAML(data []byte) (Raw, error) { return yamlToJSON(data) }

// ToYAML writes JSON text as YAML with the keys in their order, in the same
// style as flows.
func ToYAML(text Raw) ([]byte, error) { return jsonToYAML(text) }
