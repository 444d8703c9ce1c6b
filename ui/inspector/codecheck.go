package inspector

import (
	"context"
	"time"

	"sluice/engine/flow"
	"sluice/ui/kit/code"
	"sluice/ui/model"
)

// checkPause is the pause in typing after which a script is read for mistakes.
const checkPause = 300 * time.Millisecond

// codeCheck underlines what cannot be read of a script while it is typed. One look runs
// at a time, off the main goroutine.
type codeCheck struct {
	p        *Inspector
	editor   *code.Editor
	language string
	waits    bool // a look is on its way
	looks    bool
	again    bool // the text was changed while one looked
}

// soon looks after a pause.
func (c *codeCheck) soon() {
	if c.looks {
		c.again = true
		return
	}
	if c.waits || c.p.h.Code == nil {
		return
	}
	c.waits = true
	c.p.h.Later(checkPause, func() {
		c.waits = false
		c.look()
	})
}

// look has the script read as it is.
func (c *codeCheck) look() {
	if c.p.h.Code == nil || c.looks {
		return
	}
	text := c.editor.Text()
	c.looks, c.again = true, false
	c.p.h.Ask(func(ctx context.Context) (func(), error) {
		found, known, err := c.p.h.Code.Problems(ctx, c.language, text)
		return func() {
			c.looks = false
			if c.again {
				c.soon()
				return
			}
			c.tell(found, known, err)
		}, nil
	}, func() { c.looks = false })
}

func (c *codeCheck) tell(found []flow.CodeProblem, known bool, err error) {
	note := ""
	if known && err != nil {
		note = model.Fault(err).Title
	}
	c.editor.SetNote(note)
	var marks []code.Mark
	for _, p := range found {
		if p.Line > 0 {
			marks = append(marks, code.Mark{Line: p.Line, From: p.From, To: p.To, Text: p.Message, Doubt: p.Doubt})
		} else {
			marks = append(marks, code.Mark{Line: 1, Text: p.Message, Doubt: p.Doubt})
		}
	}
	c.editor.SetMarks(marks)
}
