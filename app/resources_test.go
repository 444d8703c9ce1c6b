package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"sluice/engine/flow"
)

// What a resource holds in secret does not come to the window and stays where nothing was
// typed; flows follow a rename.
func TestResourcesAreChangedWithoutTheirSecrets(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	o := &options{data: t.TempDir(), listen: "127.0.0.1:0", out: io.Discard, errOut: io.Discard}
	h, err := o.openAndProceed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	ctx := context.Background()
	c := connections{library{h.eng, h}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(h.eng.KeepFile(ctx, flow.KeptFile{Path: "crm.resource-type.yaml", Data: []byte("schema:\n  type: object\n  properties:\n    url:\n      type: string\n    apiKey:\n      type: string\n")}))
	types, err := c.Types(ctx)
	must(err)
	if types.Schema("crm") == nil || types.Schema("postgresql") == nil {
		t.Errorf("types: %v", types.Names())
	}
	must(h.eng.PutResource(ctx, flow.Resource{Path: "u/me/crm", Type: "crm", Value: flow.Raw(`{"url":"https://crm.example","apiKey":"sesame"}`)}))
	r, err := c.Open(ctx, "u/me/crm")
	must(err)
	if string(r.Value) != `{"url":"https://crm.example"}` {
		t.Errorf("the window gets %s", r.Value)
	}
	must(c.Change(ctx, "u/me/crm", flow.Raw(`{"url":"https://crm2.example","apiKey":""}`)))
	must(h.eng.SaveFlow(ctx, "u/me/f", []byte(`{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"script","path":"u/me/s","input_transforms":{"crm":{"type":"static","value":"$res:u/me/crm"}}}}]}}`)))
	if _, err := c.Rename(ctx, "u/me/crm", "u/me/crm", ""); err == nil {
		t.Error("a name that is taken is taken once more")
	}
	n, err := c.Rename(ctx, "u/me/crm", "f/ops/crm", "")
	must(err)
	full, err := h.eng.FullResource(ctx, "f/ops/crm")
	must(err)
	if n != 1 || string(full.Value) != `{"apiKey":"sesame","url":"https://crm2.example"}` {
		t.Errorf("%d flows, %s", n, full.Value)
	}
	if there, _ := h.eng.ResourceExists(ctx, "u/me/crm"); there {
		t.Error("it is there under its old name, too")
	}
	list, err := h.eng.Flows(ctx)
	must(err)
	for _, f := range list {
		if f.Path == "u/me/f" && !strings.Contains(string(f.JSON), "$res:f/ops/crm") {
			t.Errorf("%s", f.JSON)
		}
	}
}
