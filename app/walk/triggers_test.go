//go:build walk

package walk

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tickFlow does nothing, and says so.
const tickFlow = `{"summary":"Tick","value":{"modules":[{"id":"a","summary":"Say so","value":{"type":"rawscript","language":"bun","content":"export async function main() { return 'ticked' }","input_transforms":{}}}]}}`

// TestASchedule makes a schedule of every second in the window, sees that it runs, opens
// one of its runs and switches all off.
func TestASchedule(t *testing.T) {
	s := newScreen(t)
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "tick.json")
	if err := os.WriteFile(file, []byte(tickFlow), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "import", file, "--path", "u/me/tick", "--data", data)
	w := s.open(data, freeAddress(t))
	w.visit("Triggers")
	w.click("New schedule")
	w.see("What shall it start?")
	w.typeText("tick")
	w.key("Return")
	cron := w.see("0 0 9 * * MON-FRI")
	w.shot("triggers-1-new")
	w.clickAt(cron)
	w.key("ctrl+a")
	w.typeText("* * * * *")
	w.see("A cron text has six fields")
	w.typeText(" *")
	w.see("Every second")
	w.key("Return")
	w.see("1 schedule")
	w.see("succeeded ·")
	w.click("Inputs")
	w.see("It asks for nothing.")
	w.click("Runs")
	w.see("Succeeded")
	w.shot("triggers-2-runs")
	w.click("Pause all")
	w.see("All schedules are paused")
	pause(2 * time.Second) // what had begun ends
	before := len(runsOf(t, data))
	pause(3 * time.Second)
	if after := len(runsOf(t, data)); after != before {
		t.Errorf("%d runs were started while all are paused", after-before)
	}
	w.click("Succeeded")
	w.see("Say so") // its flow, with the run on it
	w.see("Tick")
	w.shot("triggers-3-run")
}

// TestAWebhookAndAForm makes both in the window, by the keyboard and by the mouse. What is
// sent to the address starts the flow, also to the one that a command beside the window
// makes, and the window tells of it.
func TestAWebhookAndAForm(t *testing.T) {
	s := newScreen(t)
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "tick.json")
	if err := os.WriteFile(file, []byte(tickFlow), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "import", file, "--path", "u/me/tick", "--data", data)
	w := s.open(data, freeAddress(t))
	w.visit("Triggers")
	w.click("Webhook")
	w.see("What shall it start?")
	w.typeText("tick")
	w.key("Return")
	w.see("It is made when this is saved.")
	w.key("Return")
	w.see("Copy it now")
	w.see("1 webhook")
	w.see("nothing came yet")
	w.shot("triggers-4-webhook")
	told := command(t, "hooks", "renew", "u/me/tick", "--data", data)
	var address string
	for line := range strings.Lines(told) {
		if strings.HasPrefix(line, "http") {
			address = strings.TrimSpace(line)
		}
	}
	answer, err := http.Post(address, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		t.Fatalf("%s answers %d", address, answer.StatusCode)
	}
	w.see("1 today")
	w.see("succeeded")
	w.click("Runs")
	w.see("Succeeded")
	w.click("Form")
	w.see("What shall it start?")
	w.typeText("tick")
	w.key("Return")
	w.see("Text above the fields")
	w.click("Save")
	w.see("Copy it now")
	w.see("1 webhook · 1 form")
	w.shot("triggers-5-form")
}
