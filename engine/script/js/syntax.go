package js

import (
	"context"
	"unicode/utf8"

	esbuild "github.com/evanw/esbuild/pkg/api"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/script/internal/job"
	"sluice/engine/script/internal/process"
)

// Problems tells what cannot be read of a script, and what of it is most likely not
// what was meant. Types are read, and not checked. Nothing of the script is run.
func (x *Executor) Problems(ctx context.Context, language, content string) ([]flow.CodeProblem, error) {
	leave, err := x.admission.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	w, err := x.pool.take()
	if err != nil {
		return nil, job.CannotStart(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = process.Kill(w.Cmd) })
	prog, err := compiled(w, requestOf(run.Code{Language: language, Content: content}, true))
	if !stop() || err != nil {
		_ = w.Kill()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	x.pool.give(w)
	return prog.Errors, nil
}

// syntaxErrors is what esbuild says, by letters where it counts bytes.
func syntaxErrors(list []esbuild.Message, doubt bool) (found []flow.CodeProblem) {
	for _, m := range list {
		e := flow.CodeProblem{Message: m.Text, Doubt: doubt}
		if l := m.Location; l != nil {
			if l.Namespace != "" && l.Namespace != "file" {
				continue // of a script that is imported
			}
			at := min(max(0, l.Column), len(l.LineText))
			e.Line, e.From = l.Line, utf8.RuneCountInString(l.LineText[:at])
			if end := min(at+l.Length, len(l.LineText)); end > at {
				e.To = e.From + utf8.RuneCountInString(l.LineText[at:end])
			}
		}
		found = append(found, e)
	}
	return found
}
