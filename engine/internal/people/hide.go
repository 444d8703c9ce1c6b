package people

import (
	"bytes"
	"context"
	"fmt"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// ToldTo returns a text that is stored by a path as a run may read it: with … in the place
// of the secrets of links to what other flows ask. Whoever stores a link of their flow
// finds it again, in any run of the flow; others, and runs of no stored flow, do not.
func (p *People) ToldTo(ctx context.Context, id run.ID, text []byte) ([]byte, error) {
	var failed error
	told := map[run.ID]bool{id: true} // of which runs links are
	mine := func(of run.ID) bool {
		may, seen := told[of]
		if !seen {
			reader, _, err := p.cfg.DB.Run(string(id))
			other, found, err2 := p.cfg.DB.Run(string(of))
			for _, err := range []error{err, err2} {
				if err != nil {
					failed = journal.Unexpected(fmt.Errorf("read whose link is stored: %w", err))
				}
			}
			may = found && other.Path != "" && other.Path == reader.Path
			told[of] = may
		}
		return may
	}
	var link run.Link // the one that was looked at last
	text = run.WithoutSecrets(text, p.opens(ctx, &link, &failed), func([]byte) bool { return !mine(link.Run) })
	if failed != nil {
		return nil, failed
	}
	return text, nil
}

// opens tells of pieces of a text whether they are the secret of a link, which it puts into
// link, until that could not be found out.
func (p *People) opens(ctx context.Context, link *run.Link, failed *error) func(piece []byte) bool {
	return func(piece []byte) bool {
		if *failed != nil || !p.MayBeLink(string(piece)) {
			return false
		}
		l, err := p.Link(ctx, string(piece))
		switch *link = l; {
		case fault.HasCode(err, "link.unknown"):
			return false
		case err != nil && !fault.HasCode(err, "link.revoked"): // that is nobody's any more
			*failed = err
		}
		return true
	}
}

// withheld is told in the place of what holds a link that is written otherwise.
const withheld = `"…"`

// ToldOutside returns JSON as somebody outside may read it: with … in the place of the
// secrets of links, and of all of it where a link stands in it that is written otherwise
// (see run.DisguisedSecret), of which no part could be left out.
func (p *People) ToldOutside(ctx context.Context, text []byte) ([]byte, error) {
	told, err := p.ToldTo(ctx, "", text)
	if err != nil {
		return nil, err
	}
	var failed error
	if run.DisguisedSecret(told, p.opens(ctx, new(run.Link), &failed)) && failed == nil {
		return []byte(withheld), nil
	}
	return told, failed
}

// HoldsLink reports whether the secret of a link stands in a text.
func (p *People) HoldsLink(ctx context.Context, text []byte) (bool, error) {
	told, err := p.ToldTo(ctx, "", text)
	return !bytes.Equal(told, text), err
}
