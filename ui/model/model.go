package model

import (
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// Model is all that the screen knows. The zero value is not ready: use New.
type Model struct {
	now      time.Time
	scripts  map[string]run.Code
	doc      *Document
	selected string
	shape    *layout // of doc's flow; nil when it must be laid anew
	shapeOf  *flow.Flow
}
