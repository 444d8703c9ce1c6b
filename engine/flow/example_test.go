package flow_test

import (
	"fmt"

	"sluice/engine/flow"
)

func Example() {
	f, err := flow.Parse("hello.yaml", []byte(`
summary: Hello
value:
  modules:
    - id: a
      value: {type: script, path: hub/1/hello, input_transforms: {}}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err = flow.Update(f, "a", func(m flow.Module) flow.Module {
		m.Summary = "Greet"
		m.Suspend = &flow.Suspend{RequiredEvents: 1}
		return m
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := f.YAML()
	fmt.Print(string(text), len(flow.Validate(f)), " problems ", err)
	// Output:
	// summary: Hello
	// value:
	//   modules:
	//     - id: a
	//       value:
	//         type: script
	//         path: hub/1/hello
	//         input_transforms: {}
	//       summary: Greet
	//       suspend:
	//         required_events: 1
	// 0 problems <nil>
}
