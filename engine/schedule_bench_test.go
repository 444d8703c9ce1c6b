package engine

import (
	"context"
	"fmt"
	"testing"
	"time"

	"sluice/engine/run"
	"sluice/engine/schedule"
)

// manySchedules fills a library: each is due once a year, and another one each second.
func (f *fixture) manySchedules(n int) {
	f.t.Helper()
	f.saveFlow("f/shop/close", script("a", ""))
	errs := make(chan error, n)
	for i := range n {
		go func() {
			errs <- f.SaveSchedule(bg, schedule.Schedule{
				Path: fmt.Sprintf("f/shop/s%d", i), Cron: fmt.Sprintf("0 %d %d 1 1 *", i%60, i/60%24), Zone: "UTC", Target: "f/shop/close", IsFlow: true, Enabled: true,
			})
		}()
	}
	for range n {
		f.try(<-errs)
	}
}

// BenchmarkSchedule measures from the time at which a schedule of each second is due to
// the start of its step's code, among so many others.
func BenchmarkSchedule(b *testing.B) {
	for _, others := range []int{0, 10_000} {
		b.Run(fmt.Sprint("others=", others), func(b *testing.B) {
			f := newFixture(b).open()
			f.world.Quiet = true
			f.manySchedules(others)
			began := make(chan time.Time, 1)
			f.world.Script("b", func(context.Context, run.Job) (any, error) {
				began <- time.Now()
				return nil, nil
			})
			f.saveFlow("f/shop/each", script("b", ""))
			f.try(f.SaveSchedule(bg, every("f/shop/each", "* * * * * *", "UTC", "f/shop/each")))
			<-began // of the first one, which compiles the flow
			var late []time.Duration
			for b.Loop() {
				at := <-began
				late = append(late, at.Sub(at.Truncate(time.Second)))
			}
			b.ReportMetric(float64(percentile(late, 50).Microseconds())/1000, "ms-p50")
			b.ReportMetric(float64(percentile(late, 99).Microseconds())/1000, "ms-p99")
		})
	}
}

// BenchmarkOpenWithSchedules measures the start of an engine with so many schedules.
func BenchmarkOpenWithSchedules(b *testing.B) {
	for _, n := range []int{0, 10_000} {
		b.Run(fmt.Sprint("schedules=", n), func(b *testing.B) {
			f := newFixture(b).open()
			f.world.Quiet = true
			f.manySchedules(n)
			f.stop()
			for b.Loop() {
				f.open()
				b.StopTimer()
				f.stop()
				b.StartTimer()
			}
			f.open()
		})
	}
}
