package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sluice/engine/fault"
)

// unfit refuses the first of some options that was given although it does nothing for
// what the command is about: taken in silence, it would be thought to have worked. What
// they are for, and what there is instead, are the ends of a sentence.
func unfit(cmd *cobra.Command, are, instead string, names ...string) error {
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			return usage(fault.Newf(fault.Code(cmd.Name()+"."+name), "Nothing was done. Leave --"+name+" out.", "--%s is %s, and %s", name, are, instead))
		}
	}
	return nil
}

// opposite refuses two options of which each says the opposite of the other.
func opposite(cmd *cobra.Command, one, other string) error {
	if cmd.Flags().Changed(one) && cmd.Flags().Changed(other) {
		return usage(fault.Newf(fault.Code(cmd.Name()+"."+other), "Nothing was done. Leave one of them out.", "--%s and --%s say the opposite of each other", one, other))
	}
	return nil
}

// noCommand says that a command is not there, and which may have been meant.
func noCommand(root *cobra.Command, name string) error {
	root.SuggestionsMinimumDistance = 2
	near := root.SuggestionsFor(name)
	slices.Sort(near)
	hint := "`sluice --help` lists the commands."
	if len(near) > 0 {
		hint = fmt.Sprintf("Did you mean sluice %s? ", strings.Join(near, " or sluice ")) + hint
	}
	return usage(fault.Newf("command.unknown", "Nothing was done. "+hint, "There is no command %q", name))
}

// helpCmd is sluice help. That of the library says nothing of a name that is no command.
func helpCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Tell about a command",
		Args:  takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			about := cmd.Root()
			if len(args) == 1 {
				var rest []string
				if about, rest, _ = cmd.Root().Find(args); len(rest) > 0 {
					return noCommand(cmd.Root(), args[0])
				}
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// helpOn gives a command line's --help, and tells of a name before it that is no
// command, which the library passes over.
func helpOn(root *cobra.Command) (unknown func() error) {
	var err error
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if rest := cmd.Flags().Args(); cmd == root && len(rest) > 0 {
			err = noCommand(root, rest[0])
			return
		}
		help(cmd, args)
	})
	return func() error { return err }
}

// looksLikeFile reports whether a word in the place of a command names a file.
func looksLikeFile(word string) bool {
	switch strings.ToLower(filepath.Ext(word)) {
	case ".yaml", ".yml", ".json", ".flow":
		return true
	}
	return filepath.Base(word) != word
}

// openFile opens the window with the file of a flow: it is taken into the library.
func (o *options) openFile(ctx context.Context, name string) error {
	if _, err := os.Stat(name); err != nil {
		_, err = load(name) // says so before a window opens; what else is wrong the window tells
		return err
	}
	if !hasDisplay() {
		return usage(fault.New("open.display", "There is no display to open the file in", "Nothing was done. `sluice import` takes it into the library, `sluice run` runs it."))
	}
	file, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	return o.desktop(ctx, file)
}
