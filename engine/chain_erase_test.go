package engine

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// An erasure makes the sums of a run anew, but not those of a journal that was not
// as it was written: what changed on the disk would look true from then on.
func TestErasureHidesNoDamage(t *testing.T) {
	for name, change := range map[string]string{
		"the sum": `UPDATE entry SET sum = sum + 1 WHERE seq = 4`,
		"a byte":  `UPDATE entry SET data = replace(data, '{', '{ ') WHERE seq = 4`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t).open()
				id := f.startWith(`{}`, []byte(`{"summary":"T","value":{"delete_after_secs":3600,"modules":[`+script("a", "")+`,`+script("b", "")+`]}}`))
				f.untilDone(id)
				damage(t, f.cfg.Dir, change)
				time.Sleep(2 * time.Hour)
				synctest.Wait()
				f.settle()
				found, err := f.Verify(bg)
				if err != nil {
					t.Fatal(err)
				}
				if all := fmt.Sprint(found); !strings.Contains(all, "entry 4") {
					t.Errorf("found %s", all)
				}
				f.stop()
				f.Engine = nil // what is damaged was told
			})
		})
	}
}
