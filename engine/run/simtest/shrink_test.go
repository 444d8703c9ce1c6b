package simtest

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"sluice/engine/flow"
)

// TestShrink looks for something in random flows and takes away the rest.
func TestShrink(t *testing.T) {
	askedInParallel := func(c *flowCase) bool {
		found := false
		spots, _ := places(c)
		for _, s := range spots {
			if n := s.node(); n.kind == forLoop && n.parallel {
				every(n.body, func(m *node) { found = found || m.gate > 0 })
			}
		}
		return found
	}
	looked := 0
	for seed := uint64(1); looked < 5; seed++ {
		c := newCase(seed)
		if !askedInParallel(c) {
			continue
		}
		looked++
		small := shrink(c, askedInParallel)
		if spots, programs := places(small); len(spots) != 2 || len(programs) > 2 || !askedInParallel(small) {
			t.Errorf("seed %d shrank to %d steps:\n%s", seed, len(spots), small.pinned().Flow)
		}
		if !askedInParallel(c) {
			t.Errorf("seed %d: shrinking changed the case that it began with", seed)
		}
	}
}

// TestTranscript reads back what is told of a case.
func TestTranscript(t *testing.T) {
	for seed := range uint64(50) {
		d, err := check(newCase(seed), seed)
		if err != nil {
			t.Fatal(err)
		}
		ar := txtar.Parse(transcript(d, errors.New("why it failed")))
		if !strings.Contains(string(ar.Comment), "why it failed") {
			t.Errorf("the transcript does not say why: %s", ar.Comment)
		}
		said := 0
		for _, f := range ar.Files {
			switch f.Name {
			case "scripts.json":
			case "talk":
				said = strings.Count(string(f.Data), "> ")
				if strings.Contains(string(f.Data), "{Step:") {
					t.Errorf("an event that transcripts do not know:\n%s", f.Data)
				}
			default:
				if _, err := flow.ParseYAML(f.Data); err != nil {
					t.Errorf("%s: %v", f.Name, err)
				}
			}
		}
		if said != len(d.journal) {
			t.Errorf("%d events are told, want %d", said, len(d.journal))
		}
	}
}
