package main

import (
	"cmp"
	"context"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine/fault"
	"sluice/engine/form"
	"sluice/engine/plain"
)

// formLine is a form as forms --json writes it.
type formLine struct {
	Path    string `json:"path"`
	Enabled bool   `json:"enabled"`
	Address string `json:"address,omitempty"` // when it is made or renewed
	Problem string `json:"problem,omitempty"`
	Today   int    `json:"today"`              // runs since midnight, 1,000 at most
	LastRun string `json:"last_run,omitempty"` // that it started last
	Last    string `json:"last,omitempty"`     // when that was
	form.Form
	Links []form.Link `json:"links,omitempty"`
}

func formLineOf(s form.State, address string) formLine {
	l := formLine{Path: s.Path, Enabled: s.Enabled, Address: address, Form: s.Form, Links: s.Links}
	l.Today, l.LastRun = s.Today, s.Last
	if s.Last != "" {
		l.Last = s.LastAt.UTC().Format(time.RFC3339)
	}
	if s.Problem != nil {
		l.Problem = fault.From(s.Problem).Title
	}
	return l
}

// linkLine is a personal link as forms links writes it.
type linkLine struct {
	Path string `json:"path"`
	form.Link
	Address string `json:"address,omitempty"` // when it is made or renewed
}

// formsCmd is sluice forms.
func (o *options) formsCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "forms",
		Short: "List the forms, make one, switch them on or off, give people links",
		Long: "List the forms of the library. A form is a web page that asks for the inputs of a flow or script, by which a person starts it while\n" +
			"Sluice runs, as window or with sluice serve. Its address is told once, when it is made or renewed, and so is that of each person's link.",
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := o.reader()
			if err != nil {
				return err
			}
			defer r.Close()
			list, err := r.Forms(cmd.Context())
			if err != nil {
				return err
			}
			if !asJSON && len(list) == 0 {
				io.WriteString(o.out, "No forms yet. `sluice forms add f/shop/order_form --flow f/shop/order` makes one.\n")
				return nil
			}
			w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
			for _, s := range list {
				if asJSON {
					o.print(formLineOf(s, ""))
					continue
				}
				who := "anybody with its address"
				if s.LinksOnly {
					who = "only personal links"
				}
				plain.Fprintf(w, "%s\t%s\t%s\t%s, %s\t%s\n", s.Path, s.Starts(), stands(s.Enabled, s.Problem), who, plural(len(s.Links), "link", "links"), cameWords(s.Last, s.LastAt, s.Today, form.CountMost))
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.AddCommand(o.formAddCmd(), o.formSetCmd(), o.formLinksCmd())
	cmd.AddCommand(endpoint{
		is: "a form", off: "Switch a form off: its addresses lead nowhere until it is on again",
		renew: "Give a form a new address, and tell it once; links of people stay", remove: "Delete a form and its links; its runs stay",
		change:   o.changeForm,
		switched: func(h *server) func(context.Context, string, bool) error { return h.eng.SwitchForm },
		fresh:    func(h *server) func(context.Context, string) (string, error) { return h.eng.RenewForm },
		drop:     func(h *server) func(context.Context, string) error { return h.eng.DeleteForm },
	}.changes()...)
	return cmd
}

// formAddCmd is sluice forms add.
func (o *options) formAddCmd() *cobra.Command {
	var f form.Form
	var off, asJSON bool
	cmd := &cobra.Command{
		Use:   "add PATH --flow FLOW | --script SCRIPT",
		Short: "Make a form that starts a flow or script, and tell its address once",
		Long: "Make a form that starts a flow or script of the library, and tell its address once. Its title and text are the summary and the\n" +
			"description of what it starts, unless others are given.",
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.Path, f.Enabled = args[0], !off
			if f.Flow == "" && f.Script == "" {
				return usage(fault.New("form.invalid", "The form names neither a flow nor a script", "Nothing was made. Say which it starts: --flow f/shop/order."))
			}
			return o.changeForm(cmd.Context(), f.Path, asJSON, func(ctx context.Context, h *server) (string, error) {
				if _, err := h.eng.Form(ctx, f.Path); err == nil {
					return "", usage(fault.Newf("form.exists", "Nothing was changed. Remove it first, or choose another path.", "There is a form %s already", f.Path))
				}
				var err error
				if f.Script == "" {
					_, err = h.eng.Flow(ctx, f.Flow)
				} else if f.Flow == "" {
					_, err = h.eng.Script(ctx, f.Script)
				}
				if err != nil {
					return "", usage(err)
				}
				return h.eng.SaveForm(ctx, f)
			})
		},
	}
	formFlags(cmd, &f)
	cmd.Flags().BoolVar(&off, "off", false, "leave it off")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write it as a JSON object")
	opening(cmd, o)
	return cmd
}

// formFlags are what a form is made of.
func formFlags(cmd *cobra.Command, f *form.Form) {
	flags := cmd.Flags()
	flags.StringVar(&f.Flow, "flow", "", "path of the flow that it starts")
	flags.StringVar(&f.Script, "script", "", "path of the script that it starts")
	flags.StringVar(&f.Title, "title", "", "its title (default: the summary of what it starts)")
	flags.StringVar(&f.Text, "text", "", "text above its fields, as Markdown (default: the description of what it starts)")
	flags.StringVar(&f.Button, "button", "", "what its button says (default: "+form.DefaultButton+")")
	flags.StringVar(&f.Next, "next", "", "what happens next, as Markdown, told to whoever sends it")
	flags.BoolVar(&f.Result, "result", false, "whoever sends it is told the result")
	flags.BoolVar(&f.LinksOnly, "links-only", false, "only the links of people open it")
	flags.BoolVar(&f.Once, "once", false, "each link of a person starts one run")
}

// formSetCmd is sluice forms set.
func (o *options) formSetCmd() *cobra.Command {
	var f form.Form
	cmd := &cobra.Command{
		Use:   "set PATH",
		Short: "Change what a form says or does; its address and its links stay",
		Args:  takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.changeForm(cmd.Context(), args[0], false, func(ctx context.Context, h *server) (string, error) {
				s, err := h.eng.Form(ctx, args[0])
				if err != nil {
					return "", err
				}
				is := s.Form
				starts := func() { is.Flow, is.Script = f.Flow, f.Script }
				for name, set := range map[string]func(){
					"flow": starts, "script": starts,
					"title": func() { is.Title = f.Title }, "text": func() { is.Text = f.Text }, "button": func() { is.Button = f.Button }, "next": func() { is.Next = f.Next },
					"result": func() { is.Result = f.Result }, "links-only": func() { is.LinksOnly = f.LinksOnly }, "once": func() { is.Once = f.Once },
				} {
					if cmd.Flags().Changed(name) {
						set()
					}
				}
				return h.eng.SaveForm(ctx, is)
			})
		},
	}
	formFlags(cmd, &f)
	opening(cmd, o)
	return cmd
}

// formLinksCmd is sluice forms links.
func (o *options) formLinksCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "links PATH",
		Short: "List the links of people to a form, make, renew or take them back",
		Long: "List who has a link of their own to a form. A run that is started by it tells whose it was. The address of a link is told once,\n" +
			"when it is made or renewed; one that is renewed or removed leads nowhere any more, and the others go on.",
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := o.reader()
			if err != nil {
				return err
			}
			defer r.Close()
			s, err := r.Form(cmd.Context(), args[0])
			if err != nil {
				return usage(err)
			}
			if !asJSON && len(s.Links) == 0 {
				plain.Fprintf(o.out, "Nobody has a link to %s yet. `sluice forms links add %s dana@acme.example` makes one.\n", s.Path, s.Path)
				return nil
			}
			w := tabwriter.NewWriter(o.out, 0, 4, 2, ' ', 0)
			for _, l := range s.Links {
				if asJSON {
					o.print(linkLine{Path: s.Path, Link: l})
					continue
				}
				used := "not used"
				if !l.Used.IsZero() {
					used = "used " + l.Used.Local().Format("2 Jan 2006, 15:04")
				}
				plain.Fprintf(w, "%s\t%s\n", l.Person, used)
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	for _, c := range []struct {
		name, what string
		do         func(ctx context.Context, h *server, path, person string) (address string, err error)
	}{
		{"add", "Make links to a form for people, and tell each once", func(ctx context.Context, h *server, path, person string) (string, error) {
			return h.eng.AddFormLink(ctx, path, person)
		}},
		{"renew", "Give people new links to a form, and tell each once", func(ctx context.Context, h *server, path, person string) (string, error) {
			return h.eng.RenewFormLink(ctx, path, person)
		}},
		{"remove", "Take links to a form back; runs that they started stay", func(ctx context.Context, h *server, path, person string) (string, error) {
			return "", h.eng.RevokeFormLink(ctx, path, person)
		}},
	} {
		var asJSON bool
		sub := &cobra.Command{
			Use: c.name + " PATH PERSON...", Short: c.what, Args: takes(2, 1000),
			RunE: func(cmd *cobra.Command, args []string) error {
				return o.changing(cmd.Context(), "forms", "form.unknown", wrongForm, func(ctx context.Context, h *server) error {
					made := false
					if err := eachOnce(args[1:]); err != nil { // before the first is made
						return usage(err)
					}
					for _, person := range args[1:] {
						address, err := c.do(ctx, h, args[0], person)
						if err != nil {
							return err
						}
						if asJSON {
							person, _ = form.PersonOf(person)
							o.print(linkLine{Path: args[0], Link: form.Link{Person: person}, Address: address})
							continue
						}
						plain.Fprintf(o.out, "%s: %s\n", person, cmp.Or(address, "removed"))
						made = made || address != ""
					}
					if made {
						io.WriteString(o.out, "Each link is told once, and is for that person alone: who knows it starts what the form is of in their name.\n")
					}
					return nil
				})
			},
		}
		sub.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
		opening(sub, o)
		cmd.AddCommand(sub)
	}
	return cmd
}

// wrongForm are the codes of what somebody asked wrongly of a form.
var wrongForm = []fault.Code{"form.invalid", "form.person", "form.link", "resource.path"}

// changeForm opens the folder, changes a form and says how it stands.
func (o *options) changeForm(ctx context.Context, path string, asJSON bool, change func(ctx context.Context, h *server) (address string, err error)) error {
	return o.changing(ctx, "forms", "form.unknown", wrongForm, func(ctx context.Context, h *server) error {
		address, err := change(ctx, h)
		if err != nil {
			return err
		}
		s, err := h.eng.Form(ctx, path)
		closed := s.LinksOnly && address != ""
		if closed {
			address = "" // it leads nowhere
		}
		switch {
		case fault.HasCode(err, "form.unknown"):
			plain.Fprintf(o.out, "%s: removed\n", path)
			return nil
		case err != nil:
			return err
		case asJSON:
			o.print(formLineOf(s, address))
			return nil
		}
		plain.Fprintf(o.out, "%s: %s\n", path, stands(s.Enabled, s.Problem))
		if closed {
			plain.Fprintf(o.out, "Only links of people open it: `sluice forms links add %s PERSON` makes them.\n", path)
			return nil
		}
		o.tellOnce(address, "Who knows it may start what the form is of.")
		return nil
	})
}

// eachOnce refuses names of people of which one is none, or two are of the same person.
func eachOnce(names []string) error {
	was := make(map[string]string, len(names))
	for _, name := range names {
		person, err := form.PersonOf(name)
		if err != nil {
			return err
		}
		if first, twice := was[person]; twice {
			return fault.Newf("form.person", "Nothing was changed. Name each person once.", "%s and %s are the same person", first, name)
		}
		was[person] = name
	}
	return nil
}
