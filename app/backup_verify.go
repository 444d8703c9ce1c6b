package main

import (
	"io"

	"github.com/spf13/cobra"

	"sluice/engine"
	"sluice/engine/fault"
	"sluice/engine/plain"
)

// verifyCmd is sluice verify.
func (o *options) verifyCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that the data folder's file is sound and says what its journal says",
		Long: "Check that the data folder's file is sound, that every run can be read from its journal, and that what\n" +
			"Sluice notes beside the journal agrees with it. Nothing is changed; Sluice may be running.",
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := engine.OpenReader(o.data)
			if err != nil {
				return err
			}
			defer r.Close()
			problems, err := r.Verify(cmd.Context())
			if err != nil {
				return err
			}
			for _, p := range problems {
				plain.Fprintf(o.out, "%s\n", p)
			}
			if len(problems) > 0 {
				return fault.Newf("verify.problems", "What is damaged is set aside when Sluice runs; the rest works. A backup can be put back with sluice restore; sluice salvage takes out of the file what can be read.",
					"%s", plural(len(problems), "thing is not as it should be", "things are not as they should be"))
			}
			io.WriteString(o.out, "Everything is as its journal says.\n")
			return nil
		},
	}
}
