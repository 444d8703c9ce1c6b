package model

import "sluice/ui/say"

// The names of commands, and what the palette says of what it finds.
const (
	textCmdImport       = "Import a flow or workspace…"
	textCmdExport       = "Export the flow…"
	textCmdExportAll    = "Export the whole library…"
	textCmdBackup       = "Make a backup"
	textCmdRestore      = "Restore a backup…"
	textCmdQuit         = "Quit"
	textCmdUndo         = "Undo"
	textCmdRedo         = "Redo"
	textCmdSave         = "Save a version or a trigger"
	textCmdVersions     = "Versions"
	textCmdAddAfter     = "Add a step after this one"
	textCmdMoveUp       = "Move step up"
	textCmdMoveDown     = "Move step down"
	textCmdDelete       = "Delete step"
	textCmdRunPanel     = "Run panel"
	textCmdTest         = "Test flow"
	textCmdCancelRun    = "Cancel run"
	textCmdPalette      = "Find anything…"
	textCmdFlows        = "Flows"
	textCmdRuns         = "Runs"
	textCmdApprovals    = "Approvals"
	textCmdTriggers     = "Triggers"
	textCmdResources    = "Resources"
	textCmdHub          = "Hub"
	textCmdOutbox       = "Outbox"
	textCmdSettings     = "Settings"
	textCmdCopyStep     = "Copy step"
	textCmdCutStep      = "Cut step"
	textCmdPasteStep    = "Paste step"
	textCmdDuplicate    = "Duplicate step"
	textCmdRenameStep   = "Change the id of the step…"
	textCmdTestStep     = "Test step"
	textCmdNewFlow      = "New flow"
	textCmdNewSchedule  = "New schedule"
	textCmdAddResource  = "Add a resource…"
	textCmdLight        = "Light colors"
	textCmdDark         = "Dark colors"
	textCmdSystemColors = "Colors as the system has them"
	textCmdLarger       = "Larger text and buttons"
	textCmdSmaller      = "Smaller text and buttons"

	textKindStep     = "step"
	textKindHub      = "hub script"
	textKindFlow     = "flow"
	textKindScript   = "script"
	textKindRequest  = "request"
	textKindResource = "resource"
	textKindSchedule = "schedule"
	textKindWebhook  = "webhook"
	textKindForm     = "form"
	textKindSetting  = "setting"
	textKindCommand  = "command"
	textKindPlace    = "place"

	textAllRuns        = "All"
	textGoingOn        = "Going on"
	textWordFailed     = "Failed"
	textExpired        = "Expired"
	textAnyTime        = "Any time"
	textSinceToday     = "Today"
	textWeek           = "Last 7 days"
	textMonth          = "Last 30 days"
	textYear           = "Last year"
	textNeverRan       = "Never ran"
	textByName         = "By name"
	textByRun          = "Ran last"
	textByChange       = "Changed last"
	textNobodyAnswered = "Nobody answered in time"

	textOpenNow = "open"
)

func textStepOfThis(id string) string  { return say.F("step %s of this flow", id) }
func textRunOf(when string) string     { return say.F("Run of %s", when) }
func textAddsIt(after string) string   { return say.F("adds it after %s", after) }
func textHubOf(app string) string      { return say.T(textKindHub) + " · " + app }
func textSettingOf(card string) string { return say.F("setting · %s", card) }

// textFailedAt says where and why a run failed.
func textFailedAt(step, why string) string {
	if step == "" {
		return textFailed(oneLine(why))
	}
	return say.F("Failed at %s: %s", step, oneLine(why))
}

func textNext(when string) string { return say.F("next %s", when) }

func textCopy(name string, n int) string {
	if n == 1 {
		return say.F("%s (copy)", name)
	}
	return say.F("%s (copy %d)", name, n)
}
