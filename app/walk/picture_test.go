//go:build walk

package walk

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var draw = flag.Bool("draw", false, "take the picture of the window in the README anew")

// The first picture of the README shows the sample that waits for one of two people, in
// the words that the window has now: those of the picture are kept beside it.
func TestPictureOfTheEditor(t *testing.T) {
	const picture, kept = "../../assets/editor.png", "testdata/editor.txt"
	s := newScreen(t)
	s.shots = t.TempDir()
	w := s.open(filepath.Join(t.TempDir(), "data"), freeAddress(t))
	w.see("Look up the order")
	w.click("Test flow")
	w.see("What goes in")
	w.click("Start")
	w.see("Waiting for approval")
	w.see("mail kept here")
	var words []string
	for _, s := range w.spots() {
		if !strings.ContainsAny(s.Text, "0123456789") { // times differ
			words = append(words, s.Text)
		}
	}
	slices.Sort(words)
	shown := strings.Join(slices.Compact(words), "\n") + "\n"
	if !*draw {
		b, err := os.ReadFile(kept)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(b), shown); diff != "" {
			t.Errorf("the picture in the README has other words than the window: run make screenshot (-picture +window)\n%s", diff)
		}
		return
	}
	w.shot("editor")
	if out, err := exec.Command("convert", filepath.Join(s.shots, "editor.png"), "-strip", "-colors", "256", picture).CombinedOutput(); err != nil {
		t.Fatalf("convert (Debian package imagemagick): %v %s", err, out)
	}
	if err := os.WriteFile(kept, []byte(shown), 0o644); err != nil {
		t.Fatal(err)
	}
}
