package signature

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/script/internal/process"
	"sluice/engine/script/internal/python"
)

// parser tells what Python's own parser finds: it reads the script and runs none of it.
//
//go:embed signature.py
var parser string

func ofPython(content string) (flow.Raw, error) {
	interpreter, err := python.Find()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := process.Quiet(exec.CommandContext(ctx, interpreter.Path, "-I", "-B", "-X", "utf8", "-c", parser))
	cmd.Env = process.Env()
	cmd.Stdin = strings.NewReader(content)
	var out bytes.Buffer
	cmd.Stdout = &out
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		return nil, &run.Failure{Name: "SyntaxError", Message: "The script cannot be read by Python: " + err.Error()}
	}
	var answer struct {
		Schema flow.Raw `json:"schema"`
		Error  string   `json:"error"`
		Line   int      `json:"line"`
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		return nil, fmt.Errorf("read the signature from Python: %w", err)
	}
	switch {
	case answer.Schema != nil:
		return answer.Schema, nil
	case answer.Error != "":
		return nil, &run.Failure{Name: "SyntaxError", Message: answer.Error, Line: answer.Line}
	}
	return schemaOf(nil), nil
}
