package library

import (
	"crypto/sha256"
	"strings"
	"sync"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
)

// parseFlow reads a flow from JSON.
func parseFlow(file []byte) (*flow.Flow, error) {
	fl, err := flow.ParseJSON(file)
	if err != nil {
		return nil, journal.Unexpected(err)
	}
	return fl, nil
}

// parsed keeps the flows that were read last, by their text: those that run much
// are started again and again. Nobody changes what it gives out.
type parsed struct {
	mu sync.Mutex
	by map[[sha256.Size]byte]*flow.Flow
}

const (
	parsedMost = 64      // flows
	parsedSize = 1 << 20 // bytes of one
)

func (p *parsed) flow(file []byte) (*flow.Flow, error) {
	key := sha256.Sum256(file)
	p.mu.Lock()
	fl := p.by[key]
	p.mu.Unlock()
	if fl != nil {
		return fl, nil
	}
	fl, err := parseFlow(file)
	if err != nil || len(file) > parsedSize {
		return fl, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil || len(p.by) >= parsedMost {
		p.by = make(map[[sha256.Size]byte]*flow.Flow)
	}
	p.by[key] = fl
	return fl, nil
}

// modules lists every module of a flow, nested ones and the failure module
// included.
func modules(fl *flow.Flow) (out []*flow.Module) {
	flow.Every(fl, func(m *flow.Module) { out = append(out, m) })
	return out
}

// refuse says why a flow cannot run: the first error of its definition, or the
// first thing that this version does not do.
func refuse(fl *flow.Flow) error {
	for _, list := range [][]flow.Problem{flow.Validate(fl), flow.Unsupported(fl)} {
		for _, p := range list {
			if p.Severity != flow.SeverityError {
				continue
			}
			title := p.Title
			if p.Step != "" && !strings.HasPrefix(title, "Step ") {
				title = "Step " + p.Step + ": " + title
			}
			if p.Field != "" {
				title += " (" + p.Field + ")"
			}
			return fault.New(p.Code, title, p.Hint)
		}
	}
	return nil
}
