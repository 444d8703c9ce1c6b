package host

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/form"
	"sluice/engine/hook"
	"sluice/engine/run"
	"sluice/engine/schedule"
	"sluice/ui/model"
)

// Runs is what the window needs to run flows and follow them.
type Runs interface {
	// Start begins a run and returns all that it takes to show it.
	Start(ctx context.Context, req run.Request) (run.Begun, error)
	// Restart begins a run in the middle of its flow, with what an earlier one came to.
	// LookRestart tells what that would take over, and does nothing.
	Restart(ctx context.Context, req run.RestartRequest) (run.Begun, run.Takeover, error)
	LookRestart(ctx context.Context, req run.RestartRequest) (run.Takeover, error)
	Cancel(ctx context.Context, id run.ID, by, reason string) error
	// Watch yields batches of journal entries with an id above after, first those
	// on disk, then new ones as they are committed, until ctx ends.
	Watch(ctx context.Context, after int64) iter.Seq2[[]run.Entry, error]
	// LastEntry returns the id of the newest entry, from which on Watch yields
	// only what is new.
	LastEntry(ctx context.Context) (int64, error)
	// Log returns the journal of one run.
	Log(ctx context.Context, id run.ID) ([]run.Entry, error)
	// PlanOf returns the flow version that a run was started with.
	PlanOf(ctx context.Context, hash string) (*run.Plan, error)
	// Value reads a Ref.
	Value(ctx context.Context, ref run.Ref) (json.RawMessage, error)
	// Logs returns a step's log text from a byte offset on.
	Logs(ctx context.Context, id run.ID, step run.StepID, attempt int, offset int64) ([]byte, error)
}

// Lists is what the window needs to look over all runs, of which there may be
// very many.
type Lists interface {
	// Runs returns a page of runs, newest first.
	Runs(ctx context.Context, q RunQuery) ([]run.Summary, error)
	// Told tells what went into some runs and what came of them, as far as it is at hand.
	Told(ctx context.Context, ids []run.ID) (map[run.ID]run.Told, error)
	// Waiting counts the open requests to people, up to a limit.
	Waiting(ctx context.Context, limit int) (int, error)
	// Requests returns the open requests to people, oldest first, up to a limit,
	// and how many there are in all.
	Requests(ctx context.Context, limit int) (open []run.Approval, all int, err error)
	// RequestsSince returns the requests that were opened at a time or after it and are
	// open, oldest first, up to a limit.
	RequestsSince(ctx context.Context, opened time.Time, limit int) ([]run.Approval, error)
	// Run returns one run's line; code run.unknown.
	Run(ctx context.Context, id run.ID) (run.Summary, error)
	// Standstill counts what stands still while Sluice does not run.
	Standstill(ctx context.Context) (model.Standstill, error)
}

// RunQuery selects runs. Zero fields select everything.
type RunQuery struct {
	Open    bool   // only runs that are not over
	Path    string // of the flow in the library
	Text    string // part of the flow's name or path
	Words   string // in its name, inputs, results, questions or errors, each as the beginning of one
	Person  string // whom it asked, or who answered
	Status  run.Status
	Outcome run.Outcome
	From    run.Trigger // only those that came from outside by this, such as a webhook
	Since   time.Time   // and started no earlier
	Before  run.ID      // only runs older than this one, to page on
	Limit   int
}

// People is what the window needs to ask people.
type People interface {
	// Approval returns one request as the desktop user sees it.
	ApprovalOf(ctx context.Context, id run.ID, step run.StepID) (run.Approval, error)
	// Decide votes as the desktop user.
	Decide(ctx context.Context, d run.Decision) error
	// TakeLink makes a fresh link for a person and records that it was taken at this
	// computer: whoever has it can answer as that person.
	TakeLink(ctx context.Context, id run.ID, step run.StepID, person string) (run.Links, error)
	// SendAgain queues a fresh mail to a person who was asked by mail.
	SendAgain(ctx context.Context, id run.ID, step run.StepID, person string) error
	// FormConditions calls look, for one look at the form of a request, with what tells
	// which fields are shown; it is called off the main goroutine. An error says that this
	// could not be told now. A request without a run stands for any other form.
	FormConditions(ctx context.Context, a run.Approval, look func(flow.Show)) error
	// Outbox lists the newest mails, the newest of them first.
	Outbox(ctx context.Context, limit int) ([]run.MailItem, error)
	// RetryMail sends a failed mail, or one whose sending is unknown, once more.
	RetryMail(ctx context.Context, id string) error
}

// Library is what the window needs of stored things.
type Library interface {
	Flows(ctx context.Context) ([]flow.Stored, error)
	// SaveFlow stores a flow that comes ready from elsewhere, SaveDraft one that is edited:
	// edit names what was changed.
	SaveFlow(ctx context.Context, path string, json []byte) error
	SaveDraft(ctx context.Context, path string, json []byte, edit string) error
	// FlowVersions lists the versions and saved states of a flow, newest first; FlowVersion
	// reads one.
	FlowVersions(ctx context.Context, path string) ([]flow.Version, error)
	FlowVersion(ctx context.Context, hash string) ([]byte, error)
	// MakeVersion makes what was saved last the next version, which runs from now on;
	// RunVersion lets another run, 0 always what was saved last.
	MakeVersion(ctx context.Context, path, name string) (number int, err error)
	RunVersion(ctx context.Context, path string, number int) error
	NameVersion(ctx context.Context, path string, number int, name string) error
	DeleteFlow(ctx context.Context, path string) error
	// Scripts lists the newest versions of the scripts of the library.
	Scripts(ctx context.Context) ([]flow.StoredScript, error)
	Resources(ctx context.Context) ([]flow.Resource, error)
	PutResource(ctx context.Context, r flow.Resource) error
	DeleteResource(ctx context.Context, path string) error
	TestResource(ctx context.Context, path string) error
	Setting(ctx context.Context, key string) (string, error) // "" if unset
	SetSetting(ctx context.Context, key, value string) error
	Conditions() []fault.Condition
	CureCondition(code fault.Code, subject string) // dismisses a notice
	// Usage tells what takes how much room. It may take some seconds.
	Usage(ctx context.Context) (run.Usage, error)
}

// Connections is what the window needs to add and change resources by the forms of their
// types. What they hold in secret does not come to the window.
type Connections interface {
	// Types returns the types of resources that have a form.
	Types(ctx context.Context) (model.ResourceTypes, error)
	// Open returns a resource to be changed, without what it holds in secret.
	Open(ctx context.Context, path string) (flow.Resource, error)
	// Change stores what was typed over it; what it holds in secret stays where nothing was.
	Change(ctx context.Context, path string, typed flow.Raw) error
	// Rename gives a resource another path. The flows, scripts and schedules of the library
	// that name it follow, but for the flow that is open; it tells how many did.
	Rename(ctx context.Context, from, to, open string) (follow int, err error)
}

// Schedules is what the window needs of what starts by itself.
type Schedules interface {
	// Schedules lists the schedules of the library by path, as they stand.
	Schedules(ctx context.Context) ([]schedule.State, error)
	// Schedule returns one; code schedule.unknown.
	Schedule(ctx context.Context, path string) (schedule.State, error)
	// SaveSchedule stores one under its path. FitsSchedule says why it could not be
	// switched on, nil if it could.
	SaveSchedule(ctx context.Context, s schedule.Schedule) error
	FitsSchedule(ctx context.Context, s schedule.Schedule) error
	SwitchSchedule(ctx context.Context, path string, on bool) error
	DeleteSchedule(ctx context.Context, path string) error
	// RunSchedule starts now what a schedule names.
	RunSchedule(ctx context.Context, path string) (run.Begun, error)
	// PauseSchedules lets no schedule start anything until it is called again.
	PauseSchedules(ctx context.Context, pause bool) error
	SchedulesPaused(ctx context.Context) (bool, error)
	// Fires lists what became of the last times of a schedule, newest first.
	Fires(ctx context.Context, path string, limit int) ([]schedule.Fire, error)
	// Run returns one run's line; code run.unknown.
	Run(ctx context.Context, id run.ID) (run.Summary, error)
}

// Hooks is what the window needs of what starts when it is called from outside.
type Hooks interface {
	// Hooks lists the webhooks of the library by path, as they stand.
	Hooks(ctx context.Context) ([]hook.State, error)
	// SaveHook stores one under its path. For a new one it returns the address, which
	// nobody can read again.
	SaveHook(ctx context.Context, h hook.Hook) (address string, err error)
	SwitchHook(ctx context.Context, path string, on bool) error
	// RenewHook gives one a new address, which it returns once.
	RenewHook(ctx context.Context, path string) (address string, err error)
	DeleteHook(ctx context.Context, path string) error
}

// Forms is what the window needs of the pages by which people start something.
type Forms interface {
	// Forms lists the forms of the library by path, as they stand.
	Forms(ctx context.Context) ([]form.State, error)
	// SaveForm stores one under its path. For a new one it returns the address, which
	// nobody can read again.
	SaveForm(ctx context.Context, f form.Form) (address string, err error)
	SwitchForm(ctx context.Context, path string, on bool) error
	// RenewForm gives one a new address, which it returns once.
	RenewForm(ctx context.Context, path string) (address string, err error)
	DeleteForm(ctx context.Context, path string) error
	// AddFormLink makes a link for one person, RenewFormLink gives it a new address; both
	// return that once. RevokeFormLink takes the link back.
	AddFormLink(ctx context.Context, path, person string) (address string, err error)
	RenewFormLink(ctx context.Context, path, person string) (address string, err error)
	RevokeFormLink(ctx context.Context, path, person string) error
}

// Folders is what the window needs to take in and give back a whole workspace, a
// folder in the layout of Windmill's command line client.
type Folders interface {
	// IsWorkspace reports whether a folder holds a workspace rather than one flow.
	IsWorkspace(dir string) bool
	Import(ctx context.Context, dir string, o FolderOptions) (FolderReport, error)
	Export(ctx context.Context, dir string, o FolderOptions) (FolderReport, error)
}

// FolderOptions say how a workspace is taken in or given back.
type FolderOptions struct {
	Replace bool // what differs takes the place of what is there
	Secrets bool // secrets go as plain texts
}

// FolderReport tells what became of a workspace.
type FolderReport struct {
	Summary string       // "4 flows, 2 scripts, 1 file refused"
	Lines   []FolderLine // what somebody should read
}

// FolderLine tells of one file or item.
type FolderLine struct {
	What string // "refused"
	Name string
	Why  string // why, and what to do
	Bad  bool
}

// Backups is what the window needs to put all data by and to bring it back.
type Backups interface {
	// Make writes a backup of one moment and returns its file.
	Make(ctx context.Context) (file string, err error)
	// Check says why a file cannot be put in the place of the data, nil if it can; then
	// doubt tells what in it is not as it was written, "" for nothing.
	Check(ctx context.Context, file string) (doubt string, err error)
}

// Login is what the window needs to have Sluice started when the person logs in.
type Login interface {
	On() (bool, error)
	Set(on bool) error
}

// Previews is what the window needs to show what approvers would see. Nobody is asked, no
// link is made and no mail goes out.
type Previews interface {
	// Show draws page and mail. It may take some seconds.
	Show(ctx context.Context, of model.Rehearsal) (model.Preview, error)
	// Serve serves the page, or the mail, to the browser of this computer for a while and
	// returns its address. Nothing can be decided there.
	Serve(ctx context.Context, of model.Rehearsal, letter bool) (address string, err error)
}

// Accounts is what the window needs to sign in.
type Accounts interface {
	// SignIn opens the browser and waits until the person has signed in to
	// Google, refused, or ctx ends; it stores the account as a gmail resource.
	// again opens the browser once more while it waits.
	SignIn(ctx context.Context, path string, opened func(again func())) error
}

// Settings keys.
const (
	SettingBaseURL      = "base_url"              // public address, scheme to path prefix
	SettingListen       = "listen"                // public listener, "127.0.0.1:8466"
	SettingClientID     = "google_client"         // OAuth client id
	SettingClientSecret = "google_secret"         // sealed by the engine
	SettingUpdates      = "updates"               // "off": nobody looks for a newer version
	SettingUpdateLooked = "updates.looked"        // when that was done last
	SettingUpdateFound  = "updates.found"         // the one that is newer, as model.Update; "" for none
	SettingTheme        = "theme"                 // light, dark or system
	SettingMotion       = "motion"                // "off": nothing moves when a vote arrives
	SettingSize         = "size"                  // of text, buttons and the rest, in percent; "" is 100
	SettingLanguage     = "language"              // the window's, such as "de"; "" follows the system
	SettingKeepDays     = "runs.keep_days"        // for how many days runs are kept that succeeded; "" for ever
	SettingKeepOthers   = "runs.keep_days_others" // the same for the others
	SettingKeepLogs     = "logs.keep_days"        // and for what steps printed
	SettingClosing      = "closing"               // what closing the window does: model.CloseToTray, model.CloseAndQuit; "" asks
)

// SettingsOfRetention are those that say for how long something is kept.
var SettingsOfRetention = []string{SettingKeepDays, SettingKeepOthers, SettingKeepLogs}

// Sizes are those of SettingSize.
var Sizes = []string{"80", "90", "100", "110", "120", "130", "150", "170", "200"}
