package workspace

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
)

const sealed = "Yk9cP2Rh1yHc0TQ8GxXMXw==" // 16 bytes, as Windmill encrypts

func secretFile(value string) string {
	return "description: d\nvalue: " + value + "\nis_secret: true\n"
}

// A file of a secret variable goes back byte for byte: a push of an emptied one
// would empty the secret in Windmill, and of a missing one delete it. A value of
// this library is written only where that is asked for.
func TestSecretVariables(t *testing.T) {
	for name, c := range map[string]struct {
		file    string // as imported; "" for none
		value   string // in the library; "" for none
		plain   string // what is written
		secrets string // what is written with secrets
	}{
		"made here":                        {"", "hunter2", "", "description: ''\nvalue: hunter2\nis_secret: true\n"},
		"came in clear":                    {secretFile("hunter2"), "hunter2", secretFile("hunter2"), secretFile("hunter2")},
		"came in clear, then changed":      {secretFile("hunter2"), "hunter3", secretFile("hunter2"), secretFile("hunter3")},
		"came short, as no cipher writes":  {secretFile("mNpA3xQ=="), "mNpA3xQ==", secretFile("mNpA3xQ=="), secretFile("mNpA3xQ==")},
		"came encrypted, never set":        {secretFile(sealed), "", secretFile(sealed), secretFile(sealed)},
		"came encrypted, then set":         {secretFile(sealed), "hunter2", secretFile(sealed), secretFile("hunter2")},
		"came in clear but looked so":      {secretFile(sealed), sealed, secretFile(sealed), secretFile(sealed)},
		"came without a value, never set":  {secretFile("''"), "", secretFile("''"), secretFile("''")},
		"came without a value, then set":   {secretFile("''"), "hunter2", secretFile("''"), secretFile("hunter2")},
		"came in clear, removed since":     {secretFile("hunter2"), "", "", ""},
		"came as a variable that is none ": {"value: hunter2\nis_secret: false\n", "hunter2", "value: hunter2\nis_secret: false\n", "value: hunter2\nis_secret: true\n"},
	} {
		var items Items
		if c.file != "" {
			items.Kept = []flow.KeptFile{{Path: "f/a/v.variable.yaml", Data: []byte(c.file)}}
		}
		if c.value != "" {
			items.Variables = []flow.Variable{{Path: "f/a/v", Value: c.value, Secret: true}}
		}
		for _, with := range []bool{false, true} {
			want := c.plain
			if with {
				want = c.secrets
			}
			got, r := write(items, WriteOptions{WithSecrets: with})
			if got["f/a/v.variable.yaml"] != want {
				t.Errorf("%s, with secrets %v:\ngot  %q\nwant %q", name, with, got["f/a/v.variable.yaml"], want)
			}
			if with && c.value != "" && want != c.file {
				if l := line(t, r, "f/a/v.variable.yaml"); l.What != Changed || !strings.Contains(l.Do, "--plain-secrets") {
					t.Errorf("%s: that a value is in clear is not told: %s", name, l)
				}
			}
			if strings.Contains(name, "encrypted, never set") {
				if l := line(t, r, "f/a/v.variable.yaml"); (l.What == Unset) != with {
					t.Errorf("%s, with secrets %v: %s", name, with, l)
				}
			}
			if told := r.Count(LeftOut) > 0; told != (!with && (c.file == "" || strings.Contains(name, "changed") || strings.Contains(name, "is none"))) && c.value != "" {
				t.Errorf("%s, with secrets %v: that a value was not written is told: %v\n%s", name, with, told, r.Text())
			}
		}
	}
}

// What people wrote about a variable or resource is read, and written when it was
// changed, also about a secret whose value stays as it came. What the library says
// nothing of keeps the text of its file.
func TestDescriptions(t *testing.T) {
	files := map[string]string{
		"f/a/v.variable.yaml":  "description: old\nvalue: x\nis_secret: false\n",
		"f/a/s.variable.yaml":  secretFile("hunter2"),
		"f/a/r.resource.yaml":  "description: old\nvalue:\n  a: 1\nresource_type: t\n",
		"f/a/r2.resource.yaml": "description: kept\nvalue:\n  a: 1\nresource_type: t\n",
	}
	items := read(t, files).Items
	if v, r := items.Variables, items.Resources; v[0].Description != "d" || v[1].Description != "old" || r[0].Description != "old" || r[1].Description != "kept" {
		t.Fatalf("%+v\n%+v", v, r)
	}
	items.Variables[0].Description, items.Variables[1].Description, items.Resources[0].Description, items.Resources[1].Description = "new", "new", "new", ""
	items.Variables = append(items.Variables, flow.Variable{Path: "f/a/w", Value: "z", Description: "made here"})
	items.Resources = append(items.Resources, flow.Resource{Path: "f/a/q", Type: "t", Value: flow.Raw(`{}`), Description: "made here"})
	got, _ := write(items, WriteOptions{})
	for name, want := range map[string]string{
		"f/a/v.variable.yaml":  "description: new\nvalue: x\nis_secret: false\n",
		"f/a/s.variable.yaml":  "description: new\nvalue: hunter2\nis_secret: true\n",
		"f/a/r.resource.yaml":  "description: new\nvalue:\n  a: 1\nresource_type: t\n",
		"f/a/r2.resource.yaml": files["f/a/r2.resource.yaml"],
		"f/a/w.variable.yaml":  "description: made here\nvalue: z\nis_secret: false\n",
		"f/a/q.resource.yaml":  "description: made here\nvalue: {}\nresource_type: t\n",
	} {
		if got[name] != want {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got[name], want)
		}
	}
}

func TestSecretsAreReadAsTheyCanBe(t *testing.T) {
	files := map[string]string{
		"f/a/plain.variable.yaml":   secretFile("hunter2"),
		"f/a/sealed.variable.yaml":  secretFile(sealed),
		"f/a/newer.variable.yaml":   secretFile("$encrypted:xyz"),
		"f/a/nothing.variable.yaml": secretFile("''"),
	}
	f := read(t, files)
	if diff := cmp.Diff([]flow.Variable{{Path: "f/a/plain", Value: "hunter2", Secret: true, Description: "d"}}, f.Items.Variables); diff != "" {
		t.Error(diff)
	}
	if len(f.Absent) != 3 {
		t.Errorf("%v", f.Absent)
	}
	g, err := Read(onDisk(files), ReadOptions{WithSecrets: true})
	if err != nil || len(g.Items.Variables) != 3 || len(g.Absent) != 1 {
		t.Errorf("%+v %v", g.Items.Variables, err)
	}
}

// A file that is only kept goes back as it came, too.
func TestKeptFilesKeepSecrets(t *testing.T) {
	files := map[string]string{
		"wmill.yaml":                  "workspaces: {staging: {}}\n",
		"f/a/v.staging.variable.yaml": secretFile("hunter2"), "f/a/w.staging.variable.yaml": secretFile(sealed),
	}
	f := read(t, files)
	got, _ := write(f.Items, WriteOptions{})
	if diff := cmp.Diff(files, got); diff != "" {
		t.Error(diff)
	}
}

// Credentials that were entered here stay here; what came in clear in the
// resource's own file goes back in it.
func TestCredentialsInResources(t *testing.T) {
	was := `{"host":"h","password":"open","list":[{"token":"t1"}],"ref":{"secret":"$var:f/a/v"},"client_secret":"c1"}`
	is := `{"host":"h2","password":"open","list":[{"token":"t2"}],"ref":{"secret":"$var:f/a/v"},"api_key":"k","token_url":"https://t.example","url":"postgres://u:p@h/db","client_secret":"c2","webhook_url":"https://w","port":1,"use_auth":true,"refresh_token":""}`
	want := `{"host":"h2","password":"open","list":[{"token":"t1"}],"ref":{"secret":"$var:f/a/v"},"api_key":"","token_url":"https://t.example","url":"","client_secret":"c1","webhook_url":"","port":1,"use_auth":true,"refresh_token":""}`
	got, left := withhold(flow.Raw(is), flow.Raw(was), "")
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if diff := cmp.Diff([]string{"token", "api_key", "url", "client_secret", "webhook_url"}, left); diff != "" {
		t.Error(diff)
	}
	items := Items{Resources: []flow.Resource{{Path: "u/me/db", Type: "postgresql", Value: flow.Raw(`{"host":"h","password":"p"}`)}}}
	files, r := write(items, WriteOptions{})
	if want := "description: ''\nvalue:\n  host: h\n  password: ''\nresource_type: postgresql\n"; files["u/me/db.resource.yaml"] != want {
		t.Errorf("%q", files["u/me/db.resource.yaml"])
	}
	if l := line(t, r, "u/me/db.resource.yaml"); l.What != Changed || !strings.Contains(l.Why, "password") || l.Do == "" {
		t.Errorf("%s", l)
	}
	if files, _ = write(items, WriteOptions{WithSecrets: true}); !strings.Contains(files["u/me/db.resource.yaml"], "password: p\n") {
		t.Errorf("%q", files["u/me/db.resource.yaml"])
	}
}

// What cannot be opened on this computer is not taken for deleted.
func TestValuesThatCanNotBeOpened(t *testing.T) {
	files := map[string]string{
		"f/a/r.resource.yaml": "value: {a: 1}\nresource_type: x\n", "f/a/v.variable.yaml": secretFile("hunter2"), "f/a/w.variable.yaml": secretFile(sealed),
	}
	f := read(t, files)
	items := Items{Kept: f.Items.Kept, Locked: []Ref{{Resource, "f/a/r"}, {Variable, "f/a/v"}, {Variable, "f/a/w"}, {Variable, "f/a/new"}}}
	got, r := write(items, WriteOptions{})
	if diff := cmp.Diff([]string{"f/a/r.resource.yaml", "f/a/v.variable.yaml", "f/a/w.variable.yaml"}, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Error(diff)
	}
	if n := r.Count(Refused); n != 4 {
		t.Errorf("%d are told:\n%s", n, r.Text())
	}
}

func TestPrivateFiles(t *testing.T) {
	for name, want := range map[string]bool{
		"f/a/v.variable.yaml": true, "f/a/r.resource.yaml": true, "f/a/r.resource.file.ini": true, "f/a/x.fileset/a.txt": true, "encryption_key.yaml": true,
		"settings.yaml": true, "f/a/x.schedule.yaml": true, "f/a/b.flow/flow.yaml": false, "f/a/b__flow/a.ts": false, "f/a/s.script.yaml": false,
		"f/a/s.script.lock": false, "f/a/s.ts": false, "wmill.yaml": false, "f/a/folder.meta.yaml": false, "f/a/app.app/app.yaml": true,
	} {
		if Private(name) != want {
			t.Errorf("Private(%q) = %v", name, !want)
		}
	}
}
