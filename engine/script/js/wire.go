package js

import "encoding/json"

// Kinds of frames between Sluice and a worker. A job is four frames (frameJob, frameEnv, frameSource, frameArgs) and is
// answered by any number of frameLog and one frameResult or frameError;
// frameCompile is answered by one frameProgram.
const (
	frameCompile = 'C' // a compileRequest
	frameProgram = 'P' // a program
	frameJob     = 'J' // a jobHeader
	frameEnv     = 'V' // process.env, a JSON object
	frameSource  = 'S' // JavaScript
	frameArgs    = 'A' // a JSON object
	frameLog     = 'L' // one line
	frameResult  = 'R' // JSON
	frameError   = 'E' // a thrown
)

// jobHeader is what a worker must know of a job besides source and arguments.
type jobHeader struct {
	File    string         `json:"file"`              // name of the source in stack traces
	Dates   []string       `json:"dates"`             // parameters that want a Date
	Renamed map[int]string `json:"renamed,omitempty"` // names that were others in the script as written, by where they stand
	Entry   string         `json:"entry"`             // the function to call; main where the script lacks it
	Base    bool           `json:"base"`              // it needs more than its start and end
	Names   []string       `json:"names"`             // in pairs: a global name that the script mentions, the part that holds it
	Parts   []string       `json:"parts"`             // of our own scripts, to load first
	Shared  string         `json:"shared"`            // folder that the script calls ./shared; "" if it has none
	Memory  uint64         `json:"memory"`            // bytes
}

// thrown is an error as JavaScript threw it.
type thrown struct {
	Name    string          `json:"name"`
	Message string          `json:"message"`
	Stack   string          `json:"stack"`
	Hint    string          `json:"hint,omitempty"`
	Extra   json.RawMessage `json:"extra,omitempty"`  // an object: what else it carries
	Retire  bool            `json:"retire,omitempty"` // the worker should not be used again
}
