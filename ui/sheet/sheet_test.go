package sheet

import (
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/engine/run"
	"sluice/engine/shown"
	"sluice/ui/kit"
)

// TestPictures draws the previews that lie in a folder, to be looked at beside what a
// browser makes of them.
func TestPictures(t *testing.T) {
	dir := os.Getenv("SLUICE_SHOTS")
	if dir == "" {
		t.Skip("SLUICE_SHOTS names no folder")
	}
	test.NewTempApp(t).Settings().SetTheme(kit.NewTheme(false))
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var v struct {
			Page shown.Page
			Mail *shown.Letter
		}
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		for _, size := range []Size{{Width: 390}, {Width: 390, Dark: true}, {Width: 1000}, {Width: 1000, Dark: true}} {
			d, kind := Page(v.Page, size), "page"
			if filepath.Ext(name[:len(name)-5]) == "" && len(name) > 9 && name[len(name)-9:len(name)-5] == "true" && v.Mail != nil {
				d, kind = Letter(*v.Mail, size), "mail"
			}
			w := test.NewTempWindow(t, d.Object)
			w.SetPadded(false)
			w.Resize(fyne.NewSize(d.size.Width, d.size.Height))
			out, err := os.Create(fmt.Sprintf("%s-%s-%.0f-%t-native.png", name[:len(name)-5], kind, size.Width, size.Dark))
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(out, w.Canvas().Capture()); err != nil {
				t.Fatal(err)
			}
			out.Close()
		}
	}
}

// All that a page says is drawn, on a phone and on a desktop, and nothing lies outside of it.
func TestAllIsDrawn(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(kit.NewTheme(false))
	long := strings.Repeat("a-word-without-an-end", 12)
	page := shown.Page{Trail: []string{"Flow", "Step"}, Badge: "0 of 2 approvals", Tone: "waiting", Heading: "Refund 120 €? " + long, Message: "Please check.", As: "You are answering as", Person: "dana@acme.example",
		Status: &shown.Status{Kind: "waiting", Mark: "…", Title: "You can answer already", Lines: []string{"The step is at work."}}, Note: "A preview",
		AnswersTitle: "Your answer", Answers: []run.Fact{{Label: "Way", Value: "all of it"}},
		FactsTitle: "What you are approving", Facts: []run.Fact{{Label: "Order", Value: "4711"}, {Label: long, Value: long}},
		PeopleTitle: "Approvals", People: []shown.Person{{Initial: "D", Name: "dana@acme.example", What: "waiting for you"}, {Initial: "L", Name: long, What: "denied — “" + long + "”", Kind: "bad"}},
		Description: []shown.Block{{Kind: "h", Spans: []shown.Span{{Text: "Rules"}}}, {Kind: "p", Spans: []shown.Span{{Text: "Ask "}, {Text: "first", Strong: true}}}, {Kind: "item", Mark: "•", Indent: 1, Spans: []shown.Span{{Text: "an item"}}},
			{Kind: "pre", Spans: []shown.Span{{Text: "code\nhere"}}}, {Kind: "quote", Spans: []shown.Span{{Text: "quoted words"}}}, {Kind: "rule"}, {Kind: "table", Head: []string{"Item", "Price"}, Rows: [][]string{{"Lamp", "12"}, {long, long}}}},
		Form: &shown.Form{Fields: []shown.Field{{Label: "Name it", Help: "Help for it", Shape: "line", Value: "Mia", Required: true, Wrong: "Fill this in."}, {Label: "Many lines", Shape: "lines", Value: strings.Repeat("line\n", 30)},
			{Label: "A choice", Shape: "select", Choices: []shown.Choice{{Label: "one"}, {Label: "two", On: true}}}, {Label: "Dots", Shape: "radios", Choices: []shown.Choice{{Label: "left one"}, {Label: "right one", On: true}}},
			{Label: "Tick me", Shape: "tick", On: true}, {Label: "A group", Shape: "group", Fields: []shown.Field{{Label: "Inside it", Shape: "line", Placeholder: "shown while empty"}}},
			{Label: "Of kinds", Shape: "kinds", Choices: []shown.Choice{{Label: "First kind", On: true, Fields: []shown.Field{{Label: "In the first", Shape: "line"}}}, {Label: "Second kind"}}}},
			Word: "approve", Approve: "Approve and continue", Deny: "Deny", NextHead: "What happens next:", Next: "The flow ends."},
		Foot: "This link is personal."}
	for _, size := range []Size{{Width: 390, Scale: 1}, {Width: 1000, Scale: 0.8, Dark: true}} {
		d := Page(page, size)
		said := strings.Join(d.Words, "\n")
		for _, want := range []string{"Flow · Step", "0 of 2 approvals", long, "Please check. You are answering as dana@acme.example.", "You can answer already", "The step is at work.", "A preview", "Your answer", "all of it",
			"What you are approving", "4711", "waiting for you", "Rules", "Ask first", "an item", "code\nhere", "quoted words", "Lamp", "Name it (required)", "Help for it", "Fill this in.", "Please check one thing", "Mia", "line\nline\nline",
			"two", "left one", "right one", "Tick me", "A group", "Inside it", "shown while empty", "First kind", "In the first", "Second kind", "To approve, type the word “approve”", "Approve and continue", "Deny", "What happens next: The flow ends.", "This link is personal."} {
			if !strings.Contains(said, want) {
				t.Errorf("at %v: %q is not drawn", size.Width, want)
			}
		}
		folded := d.size.Height
		form := *page.Form
		form.DenyOpen, form.DenyNote, form.DenyReason, form.DenyDo = true, "It ends.", "Reason why", "Deny it now"
		unfolded := page
		unfolded.Form = &form
		d = Page(unfolded, size)
		said = strings.Join(d.Words, "\n")
		for _, want := range []string{"It ends.", "Reason why (optional)", "Deny it now"} {
			if !strings.Contains(said, want) {
				t.Errorf("at %v: %q is not drawn behind Deny", size.Width, want)
			}
		}
		if d.size.Height <= folded {
			t.Errorf("at %v: %v high with Deny unfolded, %v without", size.Width, d.size.Height, folded)
		}
		for _, o := range d.Object.(*fyne.Container).Objects {
			if p, s := o.Position(), o.Size(); p.X < -0.5 || p.Y < -0.5 || p.X+s.Width > d.size.Width+1 || p.Y+s.Height > d.size.Height+1 {
				t.Errorf("at %v: %T at %v of %v lies outside of %v", size.Width, o, p, s, d.size)
			}
		}
	}
}
