package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/hub"
)

const deploySample = "u/me/approve_before_deploy"

// deploy returns the sample, and as version 0.1.0 had it, in the library's form.
func deploy(t *testing.T) (now, old []byte) {
	t.Helper()
	for _, s := range hub.Samples() {
		if s.Path != deploySample {
			continue
		}
		var out [2][]byte
		for i, text := range []string{string(s.Data), strings.ReplaceAll(string(s.Data), " | tee result.json", "")} {
			f, err := flow.ParseYAML([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if out[i], err = f.JSON(); err != nil {
				t.Fatal(err)
			}
		}
		return out[0], out[1]
	}
	t.Fatal("there is no such sample")
	return nil, nil
}

// A sample that does not run any more as it did is replaced where nobody changed
// it, once.
func TestOldSamplesAreRenewed(t *testing.T) {
	now, old := deploy(t)
	if sum := sha256.Sum256(old); hex.EncodeToString(sum[:]) != oldSamples[deploySample] {
		t.Errorf("the old sample has the hash %x", sum)
	}
	changed := bytes.Replace(old, []byte("Building"), []byte("Making"), 1)
	for _, tt := range []struct {
		reason        string
		before, after []byte
		setting       string
	}{
		{"as it came", old, now, "1"},
		{"changed", changed, changed, "1"},
		{"put back later", old, old, "2"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			t.Setenv("SLUICE_KEYRING", "file")
			o := &options{data: t.TempDir()}
			for i := range 2 {
				h, err := o.openAndProceed(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					if err := h.eng.SaveFlow(t.Context(), deploySample, tt.before); err != nil {
						t.Fatal(err)
					}
					if err := h.eng.SetSetting(t.Context(), "samples", tt.setting); err != nil {
						t.Fatal(err)
					}
				} else if s, err := h.eng.Flow(t.Context(), deploySample); err != nil || !bytes.Equal(s.JSON, tt.after) {
					t.Errorf("the library holds %s, %v", s.JSON, err)
				}
				h.close()
			}
		})
	}
}

// The sample runs to its end: what its build prints reaches the question and the
// deployment.
func TestDeploySampleRuns(t *testing.T) {
	p := startSluice(t, nil, "run", sampleFile(t, "Approve before deploy"), "--input", `{"version":"2.0.1"}`, "--json", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	asked := p.must("waiting")
	_, page := get(t, asked.Links[0].Page)
	if !strings.Contains(page, "Deploy 2.0.1 to staging?") || !strings.Contains(page, "42 passed") {
		t.Errorf("the page does not tell what was built:\n%s", page)
	}
	if status, body := post(t, asked.Links[0].Resume, `{}`); status != 201 {
		t.Fatalf("vote: %d %s", status, body)
	}
	if end := p.must("finished"); !strings.Contains(string(end.Result), `"deployed": "2.0.1"`) && !strings.Contains(string(end.Result), `"deployed":"2.0.1"`) {
		t.Errorf("the end is %s", end.Result)
	}
}
