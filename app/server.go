package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sluice/engine"
	"sluice/engine/disk"
	"sluice/engine/expr"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/mail"
	"sluice/engine/run"
	"sluice/engine/script"
	"sluice/engine/script/signature"
	"sluice/engine/vault"
	"sluice/engine/web"
	webhook "sluice/engine/web/hook"
	"sluice/engine/web/page"
	"sluice/engine/web/windmill"
	"sluice/hub"
	"sluice/ui"
)

// The engine answers for all of these; the compiler checks it here, where
// everyone is known.
var (
	_ page.Approvals    = (*engine.Engine)(nil)
	_ page.Forms        = (*engine.Engine)(nil)
	_ webhook.Hooks     = (*engine.Engine)(nil)
	_ windmill.Requests = (*engine.Engine)(nil)
	_ windmill.API      = localAPI{}
	_ ui.Runs           = (*engine.Engine)(nil)
	_ ui.People         = (*engine.Engine)(nil)
	_ ui.Library        = (*engine.Engine)(nil)
	_ ui.Schedules      = (*engine.Engine)(nil)
)

// defaultListen is where the approval pages are served unless told otherwise.
const defaultListen = "127.0.0.1:8466"

// server is a running Sluice without its window: engine, adapters, listeners.
type server struct {
	opts   *options
	eng    *engine.Engine
	box    *vault.Box
	sender *mail.Sender
	log    *slog.Logger
	logTo  *diary
	js     *script.Set
	exprs  *expr.Evaluator

	commanded func()           // a command of another process was done here; nil: nobody wants to know
	tellCut   func(engine.Cut) // tells of a step that the end cut off; nil: nobody reads
	once      sync.Once        // of close

	endAwaiting context.CancelFunc // of a key that is missing; nil if none is

	since    int64                  // the journal's end before this process touched it
	base     atomic.Pointer[string] // public address
	own      string                 // the public listener's own address
	localURL string
	local    *http.Server // for the steps of this computer
	public   *http.Server // for people, and for those who send to webhooks
	hooks    *webhook.Handler
	receipts page.Receipts // that they wait for
	previews page.Previews // of what they would see
}

// open is openOnce, but where the folder is held by what ends soon, such as a command that
// changes something, it waits a moment.
func (o *options) open(ctx context.Context) (*server, error) {
	for try := 0; ; try++ {
		h, err := o.openOnce(ctx)
		if err == nil || try == heldTries || !fault.HasCode(err, "engine.locked") || commandDoor(o.data).open() {
			return h, err
		}
		select {
		case <-time.After(heldPause):
		case <-ctx.Done():
			return nil, err
		}
	}
}

// How long a start waits for a folder that is held.
const (
	heldTries = 10
	heldPause = 100 * time.Millisecond
)

// openOnce builds the server around the data folder: adapters, the local listener,
// then the engine. The public listener follows with listen.
func (o *options) openOnce(ctx context.Context) (_ *server, err error) {
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return nil, fault.Because(err, "data.folder", fmt.Sprintf("The data folder %q cannot be made", o.data), "Name another one with --data.")
	}
	if o.data, err = filepath.Abs(o.data); err != nil { // steps run in folders of their own
		return nil, fault.Because(err, "data.folder", fmt.Sprintf("The data folder %q cannot be found", o.data), "Name another one with --data.")
	}
	crashDir = o.data
	h := &server{opts: o}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	name := filepath.Join(o.data, "sluice.log")
	h.logTo, err = openDiary(name)
	switch {
	case errors.Is(err, disk.ErrNotFile):
		return nil, fault.Because(err, "data.folder", "In the place of Sluice's log there is a pipe, a device or a folder", "Nothing was changed. Look at what "+name+" is, and move it away.")
	case err != nil:
		return nil, fault.Because(err, "data.folder", fmt.Sprintf("The data folder %q cannot be written", o.data), "Name another one with --data.")
	}
	h.log = slog.New(slog.NewTextHandler(h.logTo, nil))
	h.setBase("http://" + defaultListen)

	local, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for this computer's jobs: %w", err)
	}
	h.localURL = "http://" + local.Addr().String()

	if h.box, err = vault.Open(o.data, keyring(), !o.newKey && holdsSealed(o.data)); err != nil {
		local.Close()
		return nil, err
	}
	h.since = lastEntry(ctx, o.data)
	h.js = script.Executors()
	h.exprs = expr.New(func(variable string) (*expr.Process, error) {
		in, out, kill, err := script.StartSelf(variable)
		return &expr.Process{In: in, Out: out, Kill: kill}, err
	})
	h.sender = &mail.Sender{Accounts: accounts{h}, Client: h.client, Outbox: filepath.Join(o.data, "outbox")}
	h.eng, err = engine.Open(ctx, engine.Config{
		Dir:       o.data,
		Outbox:    h.sender.Outbox,
		Executors: executors(h.js),
		Evaluator: h.exprs,
		Mailer:    h.sender,
		Box:       h.box,
		Scripts:   pinned,
		Signature: signature.Of,
		BaseURL:   func() string { return *h.base.Load() },
		LocalURL:  func() string { return h.localURL },
		Logger:    h.log,
		Owner:     run.DesktopUser,
		Still:     true, // until it is known that this start is not refused; see server.proceed

		Unscheduled: o.unscheduled,

		Held:         h.js.EndLeftovers,
		TestResource: h.testResource,
		Refresh:      h.refreshResource,
	})
	if err != nil {
		h.eng = nil
		local.Close()
		return nil, err
	}
	if no := h.box.Missing(); no != nil {
		h.eng.SetCondition(fault.Condition{Code: no.Code, Title: no.Title, Hint: no.Hint, Severity: fault.Warning})
		awaiting, stop := context.WithCancel(ctx)
		h.endAwaiting = stop
		go h.awaitKey(awaiting)
	}
	context.AfterFunc(ctx, h.eng.WillClose)
	go h.warm()
	h.local = h.serve(local, h.withPreviews(windmill.Handler(localAPI{h.eng}, h.eng, page.StepVotes(h.eng, h.log), windmill.Options{Version: "Sluice " + version, Logger: h.log})))
	if err = h.firstStart(ctx); err != nil {
		return nil, err
	}
	if err = takeKeptSchedules(ctx, h.eng, h.box); err != nil {
		return nil, err
	}
	return h, nil
}

// withPreviews serves to who builds a flow what others would see of it, beside what steps
// ask for.
func (h *server) withPreviews(rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, page.PreviewPath) {
			h.previews.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

// proceed begins the steps and mails that wait in the folder. Before it, a start can be
// refused without a step that it would have to cut off.
func (h *server) proceed(ctx context.Context) error { return h.eng.Proceed(ctx) }

// holdsSealed reports whether a data folder holds values that its key sealed. One that
// cannot be looked into may.
func holdsSealed(dir string) bool {
	r, err := engine.OpenReader(dir)
	if fault.HasCode(err, "engine.empty") {
		return false
	}
	if err != nil {
		return true
	}
	defer r.Close()
	any, err := r.HoldsSealed()
	return any || err != nil
}

// lastEntry finds where the journal of a data folder ends, 0 where there is none.
func lastEntry(ctx context.Context, dir string) int64 {
	r, err := engine.OpenReader(dir)
	if err != nil {
		return 0 // a new folder; and what is wrong with an old one is told when it is opened
	}
	defer r.Close()
	id, err := r.LastEntry(ctx)
	if err != nil {
		return 0
	}
	return id
}

// listen opens the public listener, at the flag's address, else the setting's,
// else the default, and settles the public address.
func (h *server) listen(ctx context.Context) error {
	addr := h.opts.listen
	if addr == "" {
		addr, _ = h.eng.Setting(ctx, ui.SettingListen)
	}
	if addr == "" {
		addr = defaultListen
	}
	if err := checkListen(addr); err != nil {
		return usage(err)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fault.Because(err, "listen.port", fmt.Sprintf("The approval pages cannot be served at %s", addr),
			whyNoPort(err)+" Nothing was lost; choose another with --listen HOST:PORT, or port 0 for any free one.")
	}
	h.own = "http://" + reachable(l.Addr())
	base := h.opts.baseURL
	if base == "" {
		base, _ = h.eng.Setting(ctx, ui.SettingBaseURL)
	}
	if base == "" {
		base = h.own
	}
	if err := checkBase(base); err != nil {
		l.Close()
		return usage(err)
	}
	h.setBase(base)
	pages := h.receipts.Watch(page.Handler(h.eng, page.Options{Prefix: h.prefix, Origin: h.origin, Conditions: h.eng.FormConditions, Forms: h.eng, Logger: h.log}))
	h.hooks = webhook.New(h.eng, pages, webhook.Options{Base: func() string { return *h.base.Load() }, Prefix: h.prefix, Logger: h.log})
	h.public = h.serve(l, h.hooks)
	return nil
}

// warm starts the script workers, so that the first step need not wait for them.
func (h *server) warm() {
	if err := h.js.Warm(); err != nil {
		h.log.Warn("warm up", "err", err)
	}
}

func (h *server) setBase(base string) {
	base = strings.TrimRight(base, "/")
	h.base.Store(&base)
}

// prefix is the path part of the public address.
func (h *server) prefix() string {
	u, err := url.Parse(*h.base.Load())
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.Path, "/")
}

// origin is scheme and host of the public address.
func (h *server) origin() string {
	u, err := url.Parse(*h.base.Load())
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// serve answers on l until close.
func (h *server) serve(l net.Listener, handler http.Handler) *http.Server {
	s := web.Server(handler)
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			h.log.Error("listener stopped", "addr", l.Addr().String(), "err", err)
		}
	}()
	return s
}

// receiptTime is how long an end waits for browsers to ask for the receipt that
// they were sent to: a phone behind a tunnel takes a second or two.
const receiptTime = 5 * time.Second

// close hands out the receipts of votes, stops answering people, then the engine, then the script workers, within
// ten seconds for all but the first. Steps that still run are answered until the engine has
// ended them: a step that is cut off from Sluice would fail for that reason.
func (h *server) close() { h.once.Do(h.closeOnce) }

func (h *server) closeOnce() {
	hurry, over := h.ending()
	defer over()
	if h.hooks != nil {
		h.hooks.End()
	}
	ctx, cancel := context.WithTimeout(hurry, receiptTime)
	h.receipts.Wait(ctx)
	cancel()
	ctx, cancel = context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	shut(ctx, h.public)
	defer shut(ctx, h.local)
	if h.eng != nil {
		if err := h.eng.Close(ctx); err != nil {
			h.log.Error("close", "err", err)
		}
	}
	if h.endAwaiting != nil {
		h.endAwaiting()
	}
	if h.js != nil {
		h.js.Close()
		h.exprs.Close()
	}
	if h.logTo != nil {
		h.logTo.Close()
	}
}

// shut stops a server; a slow client does not hold it up for long.
func shut(ctx context.Context, s *http.Server) {
	if s == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		s.Close()
	}
}

// executors hands the script runners to the engine under its own type.
func executors(s *script.Set) map[string]engine.Executor {
	out := map[string]engine.Executor{}
	for lang, e := range s.By {
		out[lang] = e
	}
	return out
}

// pinned finds a script that a flow names by path. So far only the hub has
// some.
func pinned(path string) (run.Code, error) {
	s, ok := hub.Find(path)
	if !ok {
		return run.Code{}, fault.Newf("script.unknown", "Choose one from the hub, or put the code into the flow.", "There is no script %q here", path)
	}
	return run.Code{Path: s.Path, Language: s.Language, Content: s.Content, Summary: s.Summary, App: s.App}, nil
}

// keyring is where the key of the secrets lives: the system's keyring, or a
// file in the data folder where SLUICE_KEYRING=file asks for one, as for tests
// and servers.
func keyring() vault.Keyring {
	if os.Getenv("SLUICE_KEYRING") == "file" {
		return nil
	}
	return vault.SystemKeyring()
}

// firstStart puts the samples and the practice account into an empty library.
func (h *server) firstStart(ctx context.Context) error {
	const setting, done = "samples", "2"
	v, err := h.eng.Setting(ctx, setting)
	if err != nil || v == done {
		return err
	}
	if v != "" {
		if err := h.renewSamples(ctx); err != nil {
			return err
		}
		return h.eng.SetSetting(ctx, setting, done)
	}
	for _, s := range hub.Samples() {
		if err := h.saveSample(ctx, s); err != nil {
			return err
		}
	}
	value, err := json.Marshal(mail.Practice(practicePath))
	if err != nil {
		return err
	}
	err = h.eng.PutResource(ctx, flow.Resource{Path: practicePath, Type: "gmail", Value: value,
		Summary: "Practice account, mails go to the Outbox", State: flow.ResourcePractice})
	if err != nil {
		return err
	}
	if err := h.eng.SetSetting(ctx, "open_flow", hub.Samples()[0].Path); err != nil {
		return err
	}
	return h.eng.SetSetting(ctx, setting, done)
}

// saveSample puts a sample of this version into the library.
func (h *server) saveSample(ctx context.Context, s hub.Sample) error {
	f, err := flow.ParseYAML(s.Data)
	if err != nil {
		return fmt.Errorf("sample %s: %w", s.Path, err)
	}
	b, err := f.JSON()
	if err != nil {
		return err
	}
	return h.eng.SaveFlow(ctx, s.Path, b)
}

// oldSamples are samples of earlier versions that do not run as they did since
// then, by the hash of what the library holds of them: their Bash steps gave an
// object by printing it.
var oldSamples = map[string]string{"u/me/approve_before_deploy": "381add2b6ce75027aec3fae7ea4da9da718b8781a51c1a90a782a7def0d6117a"}

// renewSamples replaces samples that nobody changed by those of this version.
func (h *server) renewSamples(ctx context.Context) error {
	for _, s := range hub.Samples() {
		old, err := h.eng.Flow(ctx, s.Path)
		if fault.HasCode(err, "flow.unknown") {
			continue
		}
		if err != nil {
			return err
		}
		sum := sha256.Sum256(old.JSON)
		if hex.EncodeToString(sum[:]) != oldSamples[s.Path] {
			continue
		}
		if err := h.saveSample(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// practicePath is the practice account that the samples use.
const practicePath = "u/me/practice"
