package run

import "time"

// Usage tells what takes how much room in a data folder.
type Usage struct {
	At    time.Time  `json:"at"`
	Kinds []Room     `json:"kinds"` // the largest first; those that take none are left out
	Flows []FlowRoom `json:"flows"` // whose runs take most, the largest first, ten at most
	// Partial says that not all files were looked at, as there are very many: kinds of
	// files take more than is told.
	Partial bool `json:"partial,omitempty"`
	// Shrinks says that the file gives free pages back by itself, all but some.
	Shrinks bool `json:"shrinks"`
}

// Room is what one kind of thing takes.
type Room struct {
	Kind  RoomKind `json:"kind"`
	Bytes int64    `json:"bytes"`
}

// RoomKind is a kind of thing that takes room.
type RoomKind string

// Kinds of things, in the file up to RoomFree, and beside it.
const (
	RoomRuns    RoomKind = "runs"     // journals and links
	RoomValues  RoomKind = "values"   // large ones, and results that are kept for later runs
	RoomMails   RoomKind = "mails"    // what they say
	RoomLibrary RoomKind = "library"  // flows, scripts and resources with their versions, settings
	RoomPages   RoomKind = "pages"    // what the file needs for itself
	RoomFree    RoomKind = "free"     // pages of the file that hold nothing
	RoomLog     RoomKind = "commits"  // the write-ahead log: what is not yet in the file
	RoomLogs    RoomKind = "logs"     // what steps printed
	RoomOutbox  RoomKind = "outbox"   // mails of practice accounts
	RoomWork    RoomKind = "work"     // folders of steps
	RoomBackups RoomKind = "backups"  // made before a migration or a restore
	RoomDiary   RoomKind = "messages" // of the program itself
	RoomOther   RoomKind = "other"
)

// FlowRoom is about what the runs of a flow take in the file.
type FlowRoom struct {
	Path  string `json:"path"` // "" for the runs of no flow in the library
	Runs  int    `json:"runs"`
	Bytes int64  `json:"bytes"`
}

// Total is what all takes.
func (u Usage) Total() (n int64) {
	for _, k := range u.Kinds {
		n += k.Bytes
	}
	return n
}
