package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/ui"
)

// A command that changes something needs the data folder for itself. Where a window or
// sluice serve has it open, the command is done there: it goes through a door of the folder,
// and what it says comes back.

func commandDoor(data string) door { return door{data, "command"} }

// asking is a command that another process is to do.
type asking struct {
	Version string            `json:"version"` // of who asks: another one may understand it otherwise
	Args    []string          `json:"args"`
	Env     map[string]string `json:"env,omitempty"` // variables that the command names
}

// answered is what became of it.
type answered struct {
	Refused bool   `json:"refused,omitempty"` // of another version
	Out     []byte `json:"out,omitempty"`
	ErrOut  []byte `json:"err_out,omitempty"`
	Code    int    `json:"code"`
}

// Bounds of a command that is done elsewhere.
const (
	askTime = 60 * time.Second
	maxTold = 16 << 20

	maxAsking = 256 // that are heard at once
)

// with does a command's work with the folder's engine: that of the process it is done in for another,
// or a fresh one, or that of the process which has the folder open.
func (o *options) with(ctx context.Context, do func(ctx context.Context, h *server) error) error {
	if o.running != nil {
		return do(ctx, o.running)
	}
	o.unscheduled = true
	h, err := o.open(ctx)
	if err != nil {
		return o.elsewhere(err)
	}
	defer h.close()
	if base, _ := h.eng.Setting(ctx, ui.SettingBaseURL); base != "" {
		h.setBase(base)
	} else if listen, _ := h.eng.Setting(ctx, ui.SettingListen); listen != "" {
		h.setBase("http://" + listen)
	}
	return do(ctx, h)
}

// elsewhere has the command done by the process that has the folder open, where that is
// what went wrong and one of this version answers.
func (o *options) elsewhere(err error) error {
	if o.running != nil || !fault.HasCode(err, "engine.locked") {
		return err
	}
	c, word, no := commandDoor(o.data).dial()
	if no != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(askTime))
	b, no := json.Marshal(asking{version, o.args, o.asked})
	if no != nil {
		return err
	}
	if _, no := c.Write(append([]byte(word), append(b, '\n')...)); no != nil {
		return err // it was not asked whole
	}
	var is answered
	if no := json.NewDecoder(io.LimitReader(c, maxTold)).Decode(&is); no != nil {
		return fault.Because(no, "command.unknown", "It is not known whether this was done", "The Sluice that has the folder open was asked, and ended or said nothing before it answered. Look what there is before you ask again.")
	}
	if is.Refused {
		return err
	}
	_, _ = o.out.Write(is.Out)
	_, _ = o.errOut.Write(is.ErrOut)
	if is.Code == exitOK {
		return nil
	}
	return &exitError{code: is.Code, quiet: true}
}

// getenv reads a variable of the environment of whoever gave the command.
func (o *options) getenv(name string) string {
	if o.running != nil {
		return o.asked[name]
	}
	if o.asked == nil {
		o.asked = map[string]string{}
	}
	o.asked[name] = os.Getenv(name)
	return o.asked[name]
}

// takeCommands lets commands of other processes be done here, until the returned function is
// called. Without a door they are told that the folder is in use, as they were before.
func (h *server) takeCommands(ctx context.Context) (stop func()) {
	l, word, remove, err := commandDoor(h.opts.data).listen()
	if err != nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() {
		places := make(chan struct{}, maxAsking)
		var one sync.Mutex // held by the command that is being done
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			select {
			case places <- struct{}{}:
				all.Go(func() {
					defer func() { c.Close(); <-places }()
					h.doFor(ctx, c, word, &one)
				})
			default:
				c.Close()
			}
		}
	})
	return func() { cancel(); remove(); l.Close(); all.Wait() }
}

// doFor does a command that somebody sends.
func (h *server) doFor(ctx context.Context, c net.Conn, word string, one *sync.Mutex) {
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	in := bufio.NewReader(io.LimitReader(c, maxDoor))
	var a asking
	if !heard(in, word) {
		return
	}
	if line, err := in.ReadBytes('\n'); err != nil || json.Unmarshal(line, &a) != nil || a.Version == "" || len(a.Args) == 0 {
		_ = c.SetWriteDeadline(time.Now().Add(5 * time.Second))
		_ = json.NewEncoder(c).Encode(answered{Refused: true, ErrOut: []byte("What came is no command: an object with version and args is wanted, in one line. Nothing was done.\n"), Code: exitUsage})
		return
	}
	one.Lock()
	defer one.Unlock()
	is := answered{Refused: a.Version != version}
	if !is.Refused {
		ctx, cancel := context.WithTimeout(ctx, askTime)
		defer cancel()
		var out, errOut bytes.Buffer
		o := &options{out: &out, errOut: &errOut, running: h, asked: a.Env}
		is.Code = o.execute(ctx, a.Args)
		is.Out, is.ErrOut = out.Bytes(), errOut.Bytes()
		if h.commanded != nil {
			h.commanded()
		}
	}
	_ = c.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_ = json.NewEncoder(c).Encode(is)
}
