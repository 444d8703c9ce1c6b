package model

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"sluice/engine/flow"
	"sluice/ui/say"
)

// resourceTypes are the fields of the types that are known without an import, as
// Windmill has them.
var resourceTypes = map[string]flow.Raw{
	"postgresql":       flow.Raw(`{"type":"object","required":["host","dbname"],"properties":{"host":{"type":"string","title":"Host","placeholder":"db.example"},"port":{"type":"integer","title":"Port","default":5432},"user":{"type":"string","title":"User"},"password":{"type":"string","title":"Password","password":true},"dbname":{"type":"string","title":"Database"},"sslmode":{"type":"string","title":"Encryption","enum":["disable","allow","prefer","require","verify-ca","verify-full"],"default":"prefer"},"root_certificate_pem":{"type":"string","title":"Root certificate","format":"textarea","description":"PEM; empty where the system's are to be used."}},"order":["host","port","user","password","dbname","sslmode","root_certificate_pem"]}`),
	"mysql":            flow.Raw(`{"type":"object","required":["host","database"],"properties":{"host":{"type":"string","title":"Host"},"port":{"type":"integer","title":"Port","default":3306},"user":{"type":"string","title":"User"},"password":{"type":"string","title":"Password","password":true},"database":{"type":"string","title":"Database"},"ssl":{"type":"boolean","title":"Encrypted","default":true}},"order":["host","port","user","password","database","ssl"]}`),
	"smtp":             flow.Raw(`{"type":"object","required":["host"],"properties":{"host":{"type":"string","title":"Host","placeholder":"smtp.example"},"port":{"type":"integer","title":"Port","default":587},"user":{"type":"string","title":"User"},"password":{"type":"string","title":"Password","password":true}},"order":["host","port","user","password"]}`),
	"slack":            flow.Raw(`{"type":"object","required":["token"],"properties":{"token":{"type":"string","title":"Bot token","password":true,"placeholder":"xoxb-…"}},"order":["token"]}`),
	"discord_webhook":  flow.Raw(`{"type":"object","required":["webhook_url"],"properties":{"webhook_url":{"type":"string","title":"Webhook address","password":true,"placeholder":"https://discord.com/api/webhooks/…"}},"order":["webhook_url"]}`),
	"ms_teams_webhook": flow.Raw(`{"type":"object","required":["webhook_url"],"properties":{"webhook_url":{"type":"string","title":"Webhook address","password":true}},"order":["webhook_url"]}`),
	"github":           flow.Raw(`{"type":"object","required":["token"],"properties":{"token":{"type":"string","title":"Token","password":true}},"order":["token"]}`),
	"openai":           flow.Raw(`{"type":"object","required":["api_key"],"properties":{"api_key":{"type":"string","title":"API key","password":true},"organization_id":{"type":"string","title":"Organization"}},"order":["api_key","organization_id"]}`),
	"s3":               flow.Raw(`{"type":"object","required":["bucket"],"properties":{"endPoint":{"type":"string","title":"End point"},"port":{"type":"integer","title":"Port"},"region":{"type":"string","title":"Region"},"bucket":{"type":"string","title":"Bucket"},"accessKey":{"type":"string","title":"Access key"},"secretKey":{"type":"string","title":"Secret key","password":true},"useSSL":{"type":"boolean","title":"Encrypted","default":true},"pathStyle":{"type":"boolean","title":"Path style"}},"order":["endPoint","port","region","bucket","accessKey","secretKey","useSSL","pathStyle"]}`),
	"telegram":         flow.Raw(`{"type":"object","required":["token"],"properties":{"token":{"type":"string","title":"Bot token","password":true}},"order":["token"]}`),
	"gmail":            nil, // one signs in
}

// ResourceTypes are the types of resources by name: those that came with an import, and
// those that are known without one.
type ResourceTypes map[string]flow.Raw

// TypesWith returns the known types with those of an import, which come first.
func TypesWith(imported map[string]flow.Raw) ResourceTypes {
	t := ResourceTypes(maps.Clone(resourceTypes))
	for name, schema := range imported {
		if name != "gmail" && fieldsOfType(schema) != nil {
			t[name] = schema
		}
	}
	return t
}

// Names lists the types that have a form, by name.
func (t ResourceTypes) Names() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(t)) {
		if t[name] != nil {
			names = append(names, name)
		}
	}
	return names
}

// Schema is the form of a type, with its secrets as passwords; nil where it has none.
func (t ResourceTypes) Schema(typ string) flow.Raw {
	schema := t[typ]
	for _, name := range secretsIn(schema) {
		schema = withProperty(schema, name, "password", true)
	}
	return schema
}

// Edited is the form of a resource that is there: what it holds in secret is not shown, and
// stays where nothing is typed.
func (t ResourceTypes) Edited(typ string) flow.Raw {
	schema := t.Schema(typ)
	for _, name := range secretsIn(schema) {
		schema = withProperty(withProperty(schema, name, "placeholder", say.T(textSecretKept)), name, "default", nil)
		schema = without(schema, name)
	}
	return schema
}

// Secrets are the fields of a type whose values are never shown.
func (t ResourceTypes) Secrets(typ string) []string { return secretsIn(t[typ]) }

// Public takes out of a resource's value what is secret: what its type does not tell to
// be open is, too.
func (t ResourceTypes) Public(typ string, value flow.Raw) (open flow.Raw, kept []string) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(value, &fields) != nil {
		return flow.Raw("{}"), nil
	}
	known, secret := fieldsOfType(t[typ]), secretsIn(t[typ])
	for name := range fields {
		if !slices.Contains(known, name) || slices.Contains(secret, name) {
			delete(fields, name)
			kept = append(kept, name)
		}
	}
	slices.Sort(kept)
	b, err := json.Marshal(fields)
	if err != nil {
		return flow.Raw("{}"), kept
	}
	return b, kept
}

// Merge puts what was typed over what a resource holds; of what is kept, that stays where
// nothing was typed.
func Merge(old, typed flow.Raw, kept []string) (flow.Raw, error) {
	var had, now map[string]json.RawMessage
	if err := json.Unmarshal(typed, &now); err != nil {
		return nil, err
	}
	_ = json.Unmarshal(old, &had) // of what is no object nothing is kept
	for _, name := range kept {
		if v := bytes.TrimSpace(now[name]); had[name] != nil && (len(v) == 0 || string(v) == `""` || string(v) == "null") {
			now[name] = had[name]
		}
	}
	b, err := json.Marshal(now)
	return Filled(b), err
}

// Filled leaves out of a form's value what was left empty.
func Filled(value flow.Raw) flow.Raw {
	var fields map[string]json.RawMessage
	if json.Unmarshal(value, &fields) != nil || fields == nil {
		return value
	}
	maps.DeleteFunc(fields, func(_ string, v json.RawMessage) bool { return string(v) == `""` || string(v) == "null" })
	b, err := json.Marshal(fields)
	if err != nil {
		return value
	}
	return b
}

// fieldsOfType lists the fields of a schema, nil where it has none.
func fieldsOfType(schema flow.Raw) []string {
	if schema == nil {
		return nil
	}
	return inputNames(schema)
}

// secretWords are parts of the names of fields that hold secrets, whatever a schema says.
var secretWords = []string{"password", "secret", "token", "apikey", "api_key", "private", "webhook_url", "credential", "connection_string", "passphrase"}

func secretsIn(schema flow.Raw) (out []string) {
	var s struct {
		Properties map[string]struct {
			Format   string          `json:"format"`
			Password json.RawMessage `json:"password"`
		} `json:"properties"`
	}
	if schema == nil || json.Unmarshal(schema, &s) != nil {
		return nil
	}
	for _, name := range inputNames(schema) {
		p, low := s.Properties[name], strings.ToLower(name)
		if p.Format == "password" || string(p.Password) == "true" || slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(low, w) }) {
			out = append(out, name)
		}
	}
	return out
}

// withProperty sets something of a field of a schema; nil takes it out.
func withProperty(schema flow.Raw, field, what string, v any) flow.Raw {
	return changed(schema, func(s map[string]json.RawMessage) {
		var all map[string]map[string]json.RawMessage
		if json.Unmarshal(s["properties"], &all) != nil || all[field] == nil {
			return
		}
		if raw, err := json.Marshal(v); v != nil && err == nil {
			all[field][what] = raw
		} else {
			delete(all[field], what)
		}
		if s["order"] == nil { // what is written anew loses the order that it had
			s["order"], _ = json.Marshal(inputNames(schema))
		}
		s["properties"], _ = json.Marshal(all)
	})
}

// without lets a field of a schema be left empty.
func without(schema flow.Raw, field string) flow.Raw {
	return changed(schema, func(s map[string]json.RawMessage) {
		var need []string
		_ = json.Unmarshal(s["required"], &need)
		s["required"], _ = json.Marshal(slices.DeleteFunc(need, func(n string) bool { return n == field }))
	})
}

func changed(schema flow.Raw, do func(map[string]json.RawMessage)) flow.Raw {
	var s map[string]json.RawMessage
	if json.Unmarshal(schema, &s) != nil || s == nil {
		return schema
	}
	do(s)
	b, err := json.Marshal(s)
	if err != nil {
		return schema
	}
	return b
}

// ReadResourceType reads the file of a type of resources of a workspace; ok is false for
// what is none.
func ReadResourceType(name string, data []byte) (typ string, schema flow.Raw, ok bool) {
	base := name[strings.LastIndexByte(name, '/')+1:]
	typ, end, cut := strings.Cut(base, ".resource-type.")
	if !cut || typ == "" {
		return "", nil, false
	}
	if end != "json" {
		raw, err := flow.FromYAML(data)
		if err != nil {
			return "", nil, false
		}
		data = raw
	}
	var file struct {
		Schema flow.Raw `json:"schema"`
	}
	if json.Unmarshal(data, &file) != nil || len(fieldsOfType(file.Schema)) == 0 {
		return "", nil, false
	}
	return typ, file.Schema, true
}
