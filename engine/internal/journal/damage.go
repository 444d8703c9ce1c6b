package journal

import (
	"errors"

	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// CodeDamaged is the code of a run that was set aside.
const CodeDamaged fault.Code = "run.damaged"

// Damage says why a journal cannot be folded.
type Damage struct{ Err error }

func (d *Damage) Error() string { return d.Err.Error() }
func (d *Damage) Unwrap() error { return d.Err }

// DamagedFault is about a run that is damaged.
func DamagedFault(id run.ID, err error) *fault.Error {
	return fault.Because(err, CodeDamaged, "This run is damaged and was set aside",
		"Its entries are kept as they are. Other runs are not affected. The run is "+string(id)+".")
}

// Unexpected gives an error that has no words of its own the general ones.
func Unexpected(err error) error {
	if err == nil {
		return nil
	}
	if _, told := errors.AsType[*fault.Error](err); !told && sqlite.Corrupt(err) {
		return fault.Because(err, "engine.damaged", "A part of Sluice's file is damaged",
			"Nothing was changed. Quit Sluice and copy its folder to another disk. Then bring back your newest backup with sluice restore FILE; the damaged file is kept beside it. Without one, sluice salvage takes out what can be read.")
	}
	return fault.From(err)
}
