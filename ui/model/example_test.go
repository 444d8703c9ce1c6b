package model_test

import (
	"fmt"

	"sluice/engine/flow"
	"sluice/ui/model"
)

// An edit, and its undo. Typing in one field is one step back, however many keys it took.
func Example() {
	f, err := flow.Parse("pay.yaml", []byte("summary: Pay\nvalue: {modules: [{id: a, value: {type: identity}}]}\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	m := model.New()
	m.Open("u/me/pay", f)
	name := func(text string) {
		m.Do(model.SetStep("a", "Name", "name", func(s *flow.Module) { s.Summary = text }))
	}
	say := func() {
		a, _ := flow.Find(m.Doc().Flow, "a")
		fmt.Printf("%q, %d to undo\n", a.Summary, len(m.History().Past))
	}
	name("A")
	name("As")
	name("Ask")
	say()
	m.Undo()
	say()
	m.Redo()
	say()
	// Output:
	// "Ask", 1 to undo
	// "", 0 to undo
	// "Ask", 1 to undo
}
