package engine

import (
	"log/slog"
	"sync"

	"sluice/engine/internal/background"
	"sluice/engine/internal/clock"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/eval"
	"sluice/engine/internal/forms"
	"sluice/engine/internal/health"
	"sluice/engine/internal/hooks"
	"sluice/engine/internal/jobs"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/maintenance"
	"sluice/engine/internal/people"
	"sluice/engine/internal/schedules"
	"sluice/engine/internal/search"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
)

// Engine runs flows. It is the only type by which others reach runs; all its
// methods may be called from any goroutine. What it can do is in the parts that it
// is made of: it gives them each other, starts them, and stops them in order.
type Engine struct {
	*Reader
	*library.Library
	*people.People
	people.Mails
	jobs.Steps
	*schedules.Timetable
	*hooks.Receiver
	*forms.Reception
	*health.Book

	*parts
	lock *datadir.Lock

	closed   chan struct{} // closed when Close begins
	looking  background.Loops
	hold     hold
	proceed  sync.Once
	once     sync.Once
	closeErr error
}

// parts are what an engine is made of behind its face. They know the writer, the
// journal and the file, and not each other.
type parts struct {
	cfg Config
	log *slog.Logger

	file    *sqlite.DB
	journal *journal.Reader
	book    *health.Book
	reads   health.Reads
	chores  background.Chores // of all that goes on beside the writer

	writer      *writer.Writer
	jobs        *jobs.Scheduler
	evals       *eval.Pool
	people      *people.People
	sender      *people.Sender
	clock       *clock.Clock
	maintenance *maintenance.Maintenance
	byScripts   scriptRuns
	search      *search.Search
	schedules   *schedules.Timetable
}

// service is a part that goes on by itself until it is stopped.
type service interface {
	Start()
	Stop() // tells it to end
	Wait() // until it has
}

func (p *parts) services() []service {
	return []service{p.evals, p.maintenance, p.clock, p.sender, p.schedules, p.search}
}
