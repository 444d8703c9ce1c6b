package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"sluice/engine"
	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/plain"
	"sluice/engine/run"
	"sluice/engine/workspace"
)

// load reads a flow from a file or a flow folder.
func load(name string) (*flow.Flow, error) {
	_, err := os.Stat(name)
	switch {
	case os.IsNotExist(err):
		return nil, usage(fault.Because(err, "file.missing", fmt.Sprintf("There is no file or folder %q", name),
			"Give the path of an OpenFlow file (YAML or JSON) or of a NAME.flow folder."))
	case err != nil:
		return nil, err
	}
	f, err := flow.ReadPath(name)
	if err != nil {
		return nil, usage(err)
	}
	return f, nil
}

// validateCmd is sluice validate.
func (o *options) validateCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "validate FILE|FOLDER",
		Short: "Check a flow file and say what is wrong where",
		Args:  takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := load(args[0])
			if err != nil {
				return o.invalid(asJSON, err)
			}
			found := slices.Concat(flow.Validate(f), run.FewAsked(f), flow.Unsupported(f), expressions(f))
			return o.problems(asJSON, append(found, imports(cmd.Context(), f)...))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	return cmd
}

// problemLine is a problem as validate --json writes it.
type problemLine struct {
	Event    string `json:"event"` // "problem"
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Step     string `json:"step,omitempty"`
	Field    string `json:"field,omitempty"`
	Title    string `json:"title"`
	Hint     string `json:"hint,omitempty"`
}

// invalid tells about a file that is no flow at all.
func (o *options) invalid(asJSON bool, err error) error {
	f := fault.From(err)
	if !asJSON || f.Code == fault.Unexpected {
		return err
	}
	o.print(problemLine{Event: "problem", Severity: "error", Code: string(f.Code), Title: f.Title, Hint: f.Hint})
	o.print(map[string]any{"event": "validated", "valid": false, "problems": 1})
	return &exitError{code: exitUsage, quiet: true, err: err}
}

// problems tells what is wrong with a flow; errors make the command fail.
func (o *options) problems(asJSON bool, list []flow.Problem) error {
	bad := 0
	for _, p := range list {
		severity := "warning"
		if p.Severity == flow.SeverityError {
			severity = "error"
			bad++
		}
		if asJSON {
			o.print(problemLine{"problem", severity, string(p.Code), p.Step, p.Field, p.Title, p.Hint})
			continue
		}
		where := ""
		if p.Step != "" {
			where = "step " + p.Step
			if p.Field != "" {
				where += ", " + p.Field
			}
			where += ": "
		} else if p.Field != "" {
			where = p.Field + ": "
		}
		plain.Fprintf(o.out, "%s: %s%s\n", severity, where, p.Title)
		if p.Hint != "" {
			plain.Fprintf(o.out, "  %s\n", p.Hint)
		}
	}
	if asJSON {
		o.print(map[string]any{"event": "validated", "valid": bad == 0, "problems": len(list)})
	} else if len(list) == 0 {
		io.WriteString(o.out, "The flow is valid.\n")
	}
	if bad > 0 {
		return &exitError{code: exitUsage, quiet: true}
	}
	return nil
}

// print writes one JSON object on a line.
func (o *options) print(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic("print: " + err.Error()) // our own types only
	}
	o.out.Write(append(b, '\n'))
}

// formatCmd is sluice format.
func (o *options) formatCmd() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "format FILE|FOLDER",
		Short: "Read a flow and write it back to standard output",
		Args:  takes(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := load(args[0])
			if err != nil {
				return err
			}
			if to == "" {
				to = "yaml"
				if strings.HasSuffix(args[0], ".json") {
					to = "json"
				}
			}
			b, err := encode(f, to)
			if err != nil {
				return err
			}
			_, err = o.out.Write(b)
			return err
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "yaml or json (default: as the file is)")
	return cmd
}

// encode writes a flow in a format, with a final line end.
func encode(f *flow.Flow, to string) ([]byte, error) {
	switch to {
	case "yaml":
		return f.YAML()
	case "json":
		b, err := f.JSON()
		if err != nil {
			return nil, err
		}
		return append([]byte(indent(b)), '\n'), nil
	}
	return nil, usage(fmt.Errorf("--to takes yaml or json, not %q", to))
}

// importCmd is sluice import.
func (o *options) importCmd() *cobra.Command {
	var path, report string
	var replace, remove, secrets, asJSON bool
	cmd := &cobra.Command{
		Use:   "import FILE|FOLDER",
		Short: "Take a flow, or a whole workspace, into the library",
		Long: "Take a flow, or a whole workspace, into the library.\n" +
			"A folder with wmill.yaml, or with the folders u or f, is a workspace in the layout of Windmill's\n" +
			"command line client. A file of it that cannot be used does not stop the others: the report tells\n" +
			"of each file, and the exit code is 2 where one was refused.",
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if isWorkspace(args[0]) {
				if err := unfit(cmd, "for a single flow", fmt.Sprintf("%q is a workspace, whose files have paths of their own", args[0]), "path"); err != nil {
					return err
				}
				if remove && !replace {
					return usage(fault.New("import.delete", "--delete needs --replace", "Nothing was imported. With both, the library becomes as the folder is; what was made or changed here stays."))
				}
				return o.importFolder(cmd.Context(), args[0], importOptions{Replace: replace, Delete: remove, WithSecrets: secrets}, report, asJSON)
			}
			f, err := load(args[0])
			if fault.HasCode(err, flow.CodeMissing) && isFolder(args[0]) {
				if inside := findRoot(args[0]); len(inside) > 0 || rootAbove(args[0]) != "" {
					return noWorkspace(args[0], inside)
				}
			}
			if err != nil {
				return err
			}
			if err := unfit(cmd, "for workspaces", fmt.Sprintf("%q is a flow", args[0]), "delete", "report", "with-secrets", "json"); err != nil {
				return err
			}
			b, err := f.JSON()
			if err != nil {
				return err
			}
			h, err := o.open(cmd.Context())
			if err != nil {
				return err
			}
			defer h.close()
			if path == "" {
				path = "u/me/" + flow.Slug(args[0], f.Summary)
			}
			switch have, err := h.eng.Flow(cmd.Context(), path); {
			case fault.HasCode(err, "flow.unknown"):
			case err == nil && bytes.Equal(have.JSON, b):
				plain.Fprintf(o.out, "Nothing to do: %s is as this file has it\n", path)
				return nil
			case replace:
			case err != nil:
				return err
			default:
				return usage(fault.Newf("import.exists", "It was left as it is. Give --replace to take the file instead, or another --path to keep both.",
					"There is a flow %s already, and it differs", path))
			}
			if err := h.eng.SaveFlow(cmd.Context(), path, b); err != nil {
				return err
			}
			plain.Fprintf(o.out, "Imported %q as %s\n", f.Summary, path)
			if is, err := h.eng.Draft(cmd.Context(), path); err == nil && is.Live > 0 {
				plain.Fprintf(o.out, "Version %d of it runs from now on\n", is.Live)
			}
			for _, p := range flow.Slips(flow.Validate(f)) {
				where := p.Field
				if p.Step != "" {
					where = "step " + p.Step + ", " + where
				}
				plain.Fprintf(o.out, "%s: %s. %s\n", where, p.Title, p.Hint)
			}
			if why := workspace.CannotRun(f); why != "" {
				plain.Fprintf(o.out, "%s `sluice validate` tells more.\n", why)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&path, "path", "", "where it lives in the library (default: u/me/ and its name)")
	cmd.Flags().BoolVar(&replace, "replace", false, "take the place of a flow that is there and differs; of a workspace: of all that differs")
	cmd.Flags().BoolVar(&remove, "delete", false, "of a workspace, with --replace: delete what an earlier import brought and the folder holds no more, unless it was changed here")
	cmd.Flags().StringVar(&report, "report", "", "of a workspace: write what happened to each file to this file, as text or, ending in .json, as JSON")
	cmd.Flags().BoolVar(&secrets, "with-secrets", false, "of a workspace: take the values of secret variables as they are, as plain text")
	cmd.Flags().BoolVar(&asJSON, "json", false, "of a workspace: one JSON object a line")
	opening(cmd, o)
	return cmd
}

func isFolder(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.IsDir()
}

// exportCmd is sluice export.
func (o *options) exportCmd() *cobra.Command {
	var to, version, report string
	var opts exportOptions
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "export PATH|FOLDER",
		Short: "Write a flow or the code of a script, or the whole library as a folder",
		Long: "Write a flow of the library to standard output or as a NAME.flow folder, or the code of a script,\n" +
			"or the whole library as a folder in the layout of Windmill's command line client.\n" +
			"What begins with u/, f/ or g/ is a path of the library; anything else is a folder to write.\n" +
			"What was imported and not changed is written byte for byte as it came.",
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !inLibrary(args[0]) && to == "" && version == "" {
				return o.exportFolder(cmd.Context(), args[0], opts, report, asJSON)
			}
			if err := unfit(cmd, "for the library written as a folder", fmt.Sprintf("%q is a flow or script in it", args[0]), "report", "under", "replace", "with-secrets", "names-as-is", "json", "new-key"); err != nil {
				return err
			}
			r, err := o.reader()
			if err != nil {
				return err
			}
			defer r.Close()
			stored, err := r.Draft(cmd.Context(), args[0])
			if fault.HasCode(err, "flow.unknown") {
				if s, err := r.Script(cmd.Context(), args[0]); err == nil {
					if err := unfit(cmd, "for flows", fmt.Sprintf("%q is a script, whose code is written as it is", args[0]), "to"); err != nil {
						return err
					}
					if s, err = scriptVersion(cmd.Context(), r, s, version); err == nil {
						_, err = io.WriteString(o.out, s.Content)
					}
					return err
				}
				if !inLibrary(args[0]) {
					if err := unfit(cmd, "for a flow or script of the library", fmt.Sprintf("there is none called %q", args[0]), "to", "version"); err != nil {
						return err
					}
				}
				return usage(notInLibrary(args[0], " To write a folder of that name, say ./"+args[0]+"."))
			}
			if err != nil {
				return err
			}
			if version != "" {
				if stored.JSON, err = flowVersion(cmd.Context(), r, args[0], version); err != nil {
					return err
				}
			}
			f, err := flow.ParseJSON(stored.JSON)
			if err != nil {
				return err
			}
			if to == "" {
				to = "yaml"
			}
			if to == "yaml" || to == "json" {
				b, err := encode(f, to)
				if err == nil {
					_, err = o.out.Write(b)
				}
				return err
			}
			return o.writeFolder(f, to)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "of a flow: yaml, json, or a folder ending in .flow to write (default yaml)")
	cmd.Flags().StringVar(&version, "version", "", "of a flow or script: an earlier version, by its number or hash from sluice versions")
	cmd.Flags().StringVar(&report, "report", "", "of a folder: write what happened to each file to this file, as text or, ending in .json, as JSON")
	cmd.Flags().StringVar(&opts.Under, "under", "", "of a folder: only what lies below this path of the library, such as f/finance")
	cmd.Flags().BoolVar(&opts.Replace, "replace", false, "of a folder: write into one that holds something")
	cmd.Flags().BoolVar(&opts.WithSecrets, "with-secrets", false, "of a folder: write secret variables and credentials in clear")
	cmd.Flags().BoolVar(&opts.NamesAsIs, "names-as-is", false, "of a folder: keep names that Windows cannot hold")
	cmd.Flags().BoolVar(&asJSON, "json", false, "of a folder: one JSON object a line")
	opening(cmd, o)
	return cmd
}

// notInLibrary says that the library has no flow or script of that path.
func notInLibrary(path, more string) error {
	return fault.New("flow.unknown", "There is no flow or script "+path, "`sluice list` tells what there is."+more)
}

// flowVersion returns an earlier state of a flow, by its number or hash.
func flowVersion(ctx context.Context, r *engine.Reader, path, which string) ([]byte, error) {
	list, err := r.FlowVersions(ctx, path)
	if err != nil {
		return nil, err
	}
	for _, v := range list {
		if v.Hash == which || v.Number > 0 && strconv.Itoa(v.Number) == which {
			return r.FlowVersion(ctx, v.Hash)
		}
	}
	return nil, usage(fault.Newf("flow.unknown", "`sluice versions "+path+"` tells which there are.", "The flow %s has no version %s", path, which))
}

// scriptVersion returns an earlier state of a script; "" is for the newest.
func scriptVersion(ctx context.Context, r *engine.Reader, s flow.StoredScript, hash string) (flow.StoredScript, error) {
	if hash == "" {
		return s, nil
	}
	old, err := r.ScriptByHash(ctx, hash)
	if fault.HasCode(err, "script.unknown") || err == nil && old.Path != s.Path {
		return s, usage(fault.Newf("script.unknown", "`sluice versions "+s.Path+"` tells which there are.", "The script %s has no version %s", s.Path, hash))
	}
	return old, err
}

// inLibrary reports whether the argument of export is a path of the library.
func inLibrary(arg string) bool {
	for _, root := range []string{"u/", "f/", "g/"} {
		if strings.HasPrefix(arg, root) {
			return true
		}
	}
	return false
}

// writeFolder writes the folder layout; an existing folder is left alone.
func (o *options) writeFolder(f *flow.Flow, dir string) error {
	if !strings.HasSuffix(dir, ".flow") && !strings.HasSuffix(dir, "__flow") {
		return usage(fmt.Errorf("--to takes yaml, json or a folder ending in .flow, not %q", dir))
	}
	if _, err := os.Lstat(dir); err == nil { // a link that leads nowhere, too
		return usage(fault.Newf("export.exists", "Nothing was written. Name another folder or remove that one.", "The folder %q exists already", dir))
	}
	files, err := flow.Folder(f)
	if err != nil {
		return err
	}
	if err := disk.WriteNew(dir, files); err != nil {
		return fault.Because(err, "export.write", fmt.Sprintf("The folder %q cannot be written", dir),
			"The flow is safe in the library. Name a folder where you may write and there is space.")
	}
	plain.Fprintf(o.out, "Wrote %s\n", dir)
	return nil
}
