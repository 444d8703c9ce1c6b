package main

import (
	"cmp"
	"context"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine/fault"
	"sluice/engine/hook"
	"sluice/engine/plain"
	"sluice/ui/model"
)

// hookLine is a webhook as hooks --json writes it.
type hookLine struct {
	Path    string `json:"path"`
	Enabled bool   `json:"enabled"`
	HasKey  bool   `json:"has_key,omitempty"` // a signing key is stored
	Address string `json:"address,omitempty"` // when it is made or renewed
	Problem string `json:"problem,omitempty"`
	Today   int    `json:"today"`              // runs since midnight, 1,000 at most
	LastRun string `json:"last_run,omitempty"` // that it started last
	Last    string `json:"last,omitempty"`     // when that was
	hook.Hook
}

func hookLineOf(s hook.State, address string) hookLine {
	l := hookLine{Path: s.Path, Enabled: s.Enabled, HasKey: s.HasKey, Address: address, Hook: s.Hook}
	l.Today, l.LastRun = s.Today, s.Last
	if s.Last != "" {
		l.Last = s.LastAt.UTC().Format(time.RFC3339)
	}
	if s.Problem != nil {
		l.Problem = fault.From(s.Problem).Title
	}
	return l
}

// hooksCmd is sluice hooks.
func (o *options) hooksCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "hooks",
		Short: "List the webhooks, make one, switch them on or off",
		Long: "List the webhooks of the library. A webhook starts its flow for each request that is posted to its address while Sluice\n" +
			"runs, as window or with sluice serve. Its address is told once, when it is made or renewed: who knows it may start the flow,\n" +
			"unless its senders must sign.",
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := o.reader()
			if err != nil {
				return err
			}
			defer r.Close()
			list, err := r.Hooks(cmd.Context())
			if err != nil {
				return err
			}
			if !asJSON && len(list) == 0 {
				io.WriteString(o.out, "No webhooks yet. `sluice hooks add f/shop/on_order --flow f/shop/order` makes one.\n")
				return nil
			}
			w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
			for _, s := range list {
				if asJSON {
					o.print(hookLineOf(s, ""))
					continue
				}
				plain.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.Path, s.Flow, stands(s.Enabled, s.Problem), cmp.Or(string(s.Signature.Kind), "no")+" signature", cameWords(s.Last, s.LastAt, s.Today, hook.CountMost))
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.AddCommand(o.hookAddCmd())
	cmd.AddCommand(endpoint{
		is: "a webhook", off: "Switch a webhook off: its address leads nowhere until it is on again",
		renew: "Give a webhook a new address, and tell it once", remove: "Delete a webhook; its runs stay",
		change:   o.changeHook,
		switched: func(h *server) func(context.Context, string, bool) error { return h.eng.SwitchHook },
		fresh:    func(h *server) func(context.Context, string) (string, error) { return h.eng.RenewHook },
		drop:     func(h *server) func(context.Context, string) error { return h.eng.DeleteHook },
	}.changes()...)
	return cmd
}

// hookAddCmd is sluice hooks add.
func (o *options) hookAddCmd() *cobra.Command {
	var h hook.Hook
	var kind, keyEnv string
	var base64, off, asJSON bool
	var remember time.Duration
	cmd := &cobra.Command{
		Use:   "add PATH --flow FLOW",
		Short: "Make a webhook that starts a flow, and tell its address once",
		Long: "Make a webhook that starts a flow of the library, and tell its address once. A signing key is read from the variable of\n" +
			"the environment that --key-env names, so that it stands in no list of commands; or it is a secret variable of Sluice.",
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for limit, zero := range map[string]bool{"rate": h.Rate == 0, "burst": h.Burst == 0, "remember": remember == 0} {
				if zero && cmd.Flags().Changed(limit) {
					return usage(fault.New("hook.invalid", "--"+limit+" 0 is no limit", "Nothing was made. Leave it out for what is usual."))
				}
			}
			h.Path, h.Enabled, h.Signature.Kind = args[0], !off, hook.Kind(kind)
			h.RepeatFor = remember.Seconds()
			if h.Flow == "" {
				return usage(fault.New("hook.invalid", "The webhook names no flow", "Nothing was made. Say which it starts: --flow f/shop/order."))
			}
			if base64 {
				h.Signature.Encoding = hook.Base64
			}
			if keyEnv != "" {
				if h.Key = o.getenv(keyEnv); h.Key == "" {
					return usage(fault.Newf("hook.signature", "Nothing was made. Set it before.", "The variable %s of the environment is empty", keyEnv))
				}
				if h.Signature.Kind == hook.None {
					return usage(fault.New("hook.signature", "There is a key and no kind of signature", "Nothing was made. Say how its sender signs: --signature github, stripe, slack or generic."))
				}
			}
			return o.changeHook(cmd.Context(), h.Path, asJSON, func(ctx context.Context, s *server) (string, error) {
				if _, err := s.eng.Hook(ctx, h.Path); err == nil {
					return "", usage(fault.Newf("hook.exists", "Nothing was changed. Remove it first, or choose another path.", "There is a webhook %s already", h.Path))
				}
				if _, err := s.eng.Flow(ctx, h.Flow); err != nil {
					return "", usage(err)
				}
				return s.eng.SaveHook(ctx, h)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&h.Flow, "flow", "", "path of the flow that it starts")
	f.StringSliceVar(&h.Also, "also", nil, "path of a flow that its token starts, too, at Windmill's addresses; may be given again")
	f.StringVar(&h.Summary, "summary", "", "what it is for")
	f.StringVar(&kind, "signature", "", "how its sender signs: github, stripe, slack or generic (HMAC-SHA256)")
	f.StringVar(&keyEnv, "key-env", "", "variable of the environment that holds the signing key")
	f.StringVar(&h.Signature.Variable, "key-variable", "", "path of Sluice's secret variable that holds the signing key")
	f.StringVar(&h.Signature.Header, "signature-header", "", "header of a generic signature")
	f.BoolVar(&base64, "base64", false, "a generic signature is written in base64, not in hex")
	f.StringSliceVar(&h.Headers, "header", nil, "header that is handed on to the flow; may be given again")
	f.BoolVar(&h.Get, "get", false, "GET starts the flow, too")
	f.BoolVar(&h.Sync, "sync", false, "the answer waits for the flow and holds its result")
	f.Float64Var(&h.Rate, "rate", 0, "deliveries a second in the long run (default 50)")
	f.IntVar(&h.Burst, "burst", 0, "deliveries at once (default 200)")
	f.DurationVar(&remember, "remember", 0, "how long a delivery is known again, such as 36h (default 24h)")
	f.BoolVar(&off, "off", false, "leave it off")
	f.BoolVar(&asJSON, "json", false, "write it as a JSON object")
	opening(cmd, o)
	return cmd
}

// changeHook opens the folder, changes a webhook and says how it stands.
func (o *options) changeHook(ctx context.Context, path string, asJSON bool, change func(ctx context.Context, h *server) (address string, err error)) error {
	wrong := []fault.Code{"hook.invalid", "hook.signature", "resource.path", "variable.unknown"}
	return o.changing(ctx, "hooks", "hook.unknown", wrong, func(ctx context.Context, h *server) error {
		address, err := change(ctx, h)
		if err != nil {
			return err
		}
		s, err := h.eng.Hook(ctx, path)
		switch {
		case fault.HasCode(err, "hook.unknown"):
			plain.Fprintf(o.out, "%s: removed\n", path)
			return nil
		case err != nil:
			return err
		case asJSON:
			o.print(hookLineOf(s, address))
			return nil
		}
		plain.Fprintf(o.out, "%s: %s\n", path, stands(s.Enabled, s.Problem))
		o.tellOnce(address, model.WhoStarts(s.Signature.Kind))
		return nil
	})
}
