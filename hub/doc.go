// Package hub is the catalog of scripts and sample flows that Sluice brings
// along. It is data: every script is a folder below scripts with its code
// (script.ts), what is said about it (manifest.yaml) and what it must do with
// given arguments (golden.json); every sample is an OpenFlow file below samples.
// A new script is a new folder; no Go code names any of them.
//
// Paths are those that OpenFlow files use: hub/<number>/<app>/<name>. The number
// alone identifies a script, because other programs write the rest differently.
// Scripts without a number there live under hub/sluice/<app>/<name>.
//
// Waiting is never done by a script. The script "wait" returns its seconds, and
// the settings that a new step of it gets (Script.Step) make the step's sleep
// read them: so a wait occupies no worker and outlives a restart.
package hub
