//go:build walk

package walk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// formFlow asks at its start and of people by fields that come and go.
const formFlow = `{"summary":"Goodwill","schema":{"type":"object","order":["order","gift","why","pay","at"],"required":["order","why"],"properties":{
 "order":{"type":"string","title":"Order","default":"4711"},
 "gift":{"type":"boolean","title":"Add a gift"},
 "why":{"type":"string","title":"Reason for the gift","description":"What it is for.","showExpr":"fields.gift === true"},
 "pay":{"type":"object","title":"How to pay","oneOf":[
  {"type":"object","title":"Card","properties":{"amount":{"type":"number","title":"Amount"}}},
  {"type":"object","title":"Voucher","properties":{"code":{"type":"string","title":"Voucher code"}}}]},
 "at":{"type":"string","format":"date-time","title":"Pay on"}}},
 "value":{"modules":[{"id":"a","summary":"Ask first","value":{"type":"rawscript","language":"bun","content":"export async function main() { return {} }","input_transforms":{}},
  "suspend":{"required_events":1,"timeout":86400,"resume_form":{"schema":{"type":"object","order":["whole","part","note"],"required":["part"],"properties":{
   "whole":{"type":"boolean","title":"Refund in full","default":true},
   "part":{"type":"number","title":"How much then","showExpr":"fields.whole === false"},
   "note":{"type":"string","title":"Note","format":"textarea"}}}}}}]}}`

// TestFormsAndBackups walks through a form whose fields come and go, decides at the
// desk, and brings a backup back in the window.
func TestFormsAndBackups(t *testing.T) {
	s := newScreen(t)
	dir := t.TempDir()
	data, listen, file, backup := filepath.Join(dir, "data"), freeAddress(t), filepath.Join(dir, "goodwill.json"), filepath.Join(dir, "backup.db")
	if err := os.WriteFile(file, []byte(formFlow), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "import", file, "--path", "u/me/goodwill", "--data", data)
	command(t, "backup", backup, "--data", data)
	w := s.open(data, listen)
	w.visit("Flows")
	w.click("Goodwill")
	w.see("Ask first")
	w.click("Test flow")
	w.see("Add a gift")
	w.wait("the reason is hidden", func() bool { return !w.shows("What it is for.") })
	w.shot("forms-1-start-light")
	w.click("No")
	w.see("What it is for.")
	w.click("None of these")
	w.click("Voucher")
	w.see("Voucher code")
	w.shot("forms-2-start-more-light")
	w.click("Start")
	w.see("Required")
	w.click("Yes")
	w.wait("the reason is hidden again", func() bool { return !w.shows("What it is for.") })
	w.click("Start")
	w.see("Waiting for approval")

	w.visit("Approvals")
	w.see("Refund in full")
	w.wait("no amount is asked", func() bool { return !w.shows("How much then") })
	w.click("Deny")
	w.see("Reason for denying")
	w.shot("forms-3-deny-light")
	w.click("Back")
	w.click("Yes")
	w.see("How much then")
	w.click("Approve and continue")
	w.see("Required")
	w.shot("forms-4-inbox-light")
	w.click("No")
	w.wait("no amount is asked then", func() bool { return !w.shows("How much then") })
	w.click("Approve and continue")
	w.see("Take it back")
	w.shot("forms-5-grace-light")
	w.see("Nobody is being asked")

	w.visit("Settings")
	w.click("Dark")
	w.roll("Restore a backup")
	w.click("Restore a backup")
	w.see("It takes the place of all flows, runs, resources and settings")
	w.typeText(file)
	w.click("Go on")
	w.wait("the file is refused", func() bool { return strings.Contains(w.texts(), "not a sound backup") })
	w.shot("forms-6-restore-refused-dark")
	w.key("ctrl+a")
	w.typeText(backup)
	w.click("Go on")
	w.see("Put this backup in place?")
	w.shot("forms-7-restore-question-dark")
	w.click("Restore")
	w.again()
	w.see("The backup is in place")
	if !strings.Contains(w.texts(), "before-restore") {
		t.Errorf("it does not say which file was kept: %s", w.texts())
	}
	w.shot("forms-8-restored")
	w.visit("Runs")
	w.see("No runs here")
}
