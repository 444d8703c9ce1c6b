package model

import "sluice/ui/say"

// CommandID names a command.
type CommandID string

// Command is something that the window does at a press: a line of a menu, of the palette
// and of the sheet of keys.
type Command struct {
	ID    CommandID
	Name  string
	Keys  string // "Ctrl+Shift+E", "" for none; Ctrl is the Command key on a Mac
	Local bool   // its keys work where the canvas has the keyboard: menus tell them only
	Menu  Menu   // MenuNone: it stands in no menu of the bar
	Rule  bool   // a line stands above it in its menu
	Where Where  // what has to be there
}

// Menu is where a command stands in the main menu.
type Menu int

// The menus, in their order.
const (
	MenuSluice Menu = iota
	MenuEdit
	MenuView
	MenuRun
	MenuGo
	MenuHelp
	MenuNone
)

// MenuNames are the names of the menus in the bar.
var MenuNames = [...]string{MenuSluice: say.Mark("Sluice"), MenuEdit: say.Mark("Edit"), MenuView: say.Mark("View"), MenuRun: say.Mark("Run"), MenuGo: say.Mark("Go"), MenuHelp: say.Mark("Help")}

// Where says what has to be there for a command.
type Where int

// What commands need.
const (
	Anywhere Where = iota
	AtFlow         // the editor shows a flow
	AtStep         // and a step is selected
	AtDraft        // the editor shows a flow that can be changed
	AtChosen       // and a step is selected in it
)

// The commands.
const (
	CmdImport        CommandID = "import"
	CmdExport        CommandID = "export"
	CmdExportAll     CommandID = "export-all"
	CmdBackup        CommandID = "backup"
	CmdRestore       CommandID = "restore"
	CmdQuit          CommandID = "quit"
	CmdUndo          CommandID = "undo"
	CmdRedo          CommandID = "redo"
	CmdSave          CommandID = "save"
	CmdVersions      CommandID = "versions"
	CmdAddAfter      CommandID = "add-after"
	CmdMoveUp        CommandID = "move-up"
	CmdMoveDown      CommandID = "move-down"
	CmdDelete        CommandID = "delete"
	CmdRunPanel      CommandID = "run-panel"
	CmdTest          CommandID = "test"
	CmdCancelRun     CommandID = "cancel-run"
	CmdTestUpTo      CommandID = "test-up-to"
	CmdRestartRun    CommandID = "restart-run"
	CmdFlowRuns      CommandID = "flow-runs"
	CmdTimeline      CommandID = "timeline"
	CmdCompareRuns   CommandID = "compare-runs"
	CmdPin           CommandID = "pin"
	CmdPalette       CommandID = "palette"
	CmdFlows         CommandID = "flows"
	CmdRuns          CommandID = "runs"
	CmdApprovals     CommandID = "approvals"
	CmdTriggers      CommandID = "triggers"
	CmdResources     CommandID = "resources"
	CmdHub           CommandID = "hub"
	CmdOutbox        CommandID = "outbox"
	CmdSettings      CommandID = "settings"
	CmdCopyStep      CommandID = "copy-step"
	CmdCutStep       CommandID = "cut-step"
	CmdPasteStep     CommandID = "paste-step"
	CmdDuplicate     CommandID = "duplicate"
	CmdRenameStep    CommandID = "rename-step"
	CmdTestStep      CommandID = "test-step"
	CmdNewFlow       CommandID = "new-flow"
	CmdNewSchedule   CommandID = "new-schedule"
	CmdAddResource   CommandID = "add-resource"
	CmdLight         CommandID = "light"
	CmdDark          CommandID = "dark"
	CmdSystemColors  CommandID = "system-colors"
	CmdLarger        CommandID = "larger"
	CmdSmaller       CommandID = "smaller"
	CmdKeys          CommandID = "keys"
	CmdAddIn         CommandID = "addin"
	CmdProblems      CommandID = "problems"
	CmdNextProblem   CommandID = "next-problem"
	CmdProblemBefore CommandID = "problem-before"
	CmdGuide         CommandID = "guide"
	CmdGuideLeave    CommandID = "guide-leave"
)

// Commands are all that the window does at a press, in the order of the menus.
var Commands = []Command{
	{ID: CmdNewFlow, Name: say.Mark(textCmdNewFlow), Menu: MenuSluice},
	{ID: CmdImport, Name: say.Mark(textCmdImport), Keys: "Ctrl+O", Menu: MenuSluice},
	{ID: CmdExport, Name: say.Mark(textCmdExport), Keys: "Ctrl+Shift+E", Menu: MenuSluice, Where: AtFlow},
	{ID: CmdExportAll, Name: say.Mark(textCmdExportAll), Menu: MenuSluice},
	{ID: CmdQuit, Name: say.Mark(textCmdQuit), Keys: "Ctrl+Q", Menu: MenuSluice, Rule: true},

	{ID: CmdUndo, Name: say.Mark(textCmdUndo), Keys: "Ctrl+Z", Menu: MenuEdit},
	{ID: CmdRedo, Name: say.Mark(textCmdRedo), Keys: "Ctrl+Y", Menu: MenuEdit},
	{ID: CmdSave, Name: say.Mark(textCmdSave), Keys: "Ctrl+S", Menu: MenuEdit, Rule: true},
	{ID: CmdVersions, Name: say.Mark(textCmdVersions), Keys: "Ctrl+Shift+V", Menu: MenuEdit, Where: AtDraft},
	{ID: CmdAddAfter, Name: say.Mark(textCmdAddAfter), Keys: "Ctrl+Return", Menu: MenuEdit, Rule: true, Where: AtDraft},
	{ID: CmdAddIn, Name: say.Mark(textCmdAddIn), Keys: "Ctrl+Shift+Return", Menu: MenuEdit, Where: AtChosen},
	{ID: CmdDuplicate, Name: say.Mark(textCmdDuplicate), Keys: "Ctrl+D", Local: true, Menu: MenuEdit, Where: AtChosen},
	{ID: "skip", Name: say.Mark(textCmdSkip), Keys: "D", Local: true, Menu: MenuEdit, Where: AtChosen},
	{ID: "replace", Name: say.Mark(textCmdReplace), Keys: "R", Local: true, Menu: MenuEdit, Where: AtChosen},
	{ID: "loop", Name: say.Mark(textCmdLoop), Keys: "L", Local: true, Menu: MenuEdit, Where: AtChosen},
	{ID: "while", Name: say.Mark(textCmdWhile), Menu: MenuNone, Where: AtChosen},
	{ID: "branch", Name: say.Mark(textCmdBranch), Keys: "B", Local: true, Menu: MenuEdit, Where: AtChosen},
	{ID: "branches", Name: say.Mark(textCmdBranches), Menu: MenuNone, Where: AtChosen},
	{ID: "unwrap", Name: say.Mark(textCmdUnwrap), Keys: "U", Local: true, Menu: MenuEdit, Where: AtChosen},
	{ID: "group", Name: say.Mark(textCmdGroup), Keys: "Ctrl+G", Local: true, Menu: MenuEdit, Where: AtChosen},
	{ID: "note", Name: say.Mark(textCmdNote), Keys: "N", Local: true, Menu: MenuEdit, Where: AtDraft},
	{ID: "all", Name: say.Mark(textCmdAll), Keys: "Ctrl+A", Local: true, Menu: MenuEdit, Where: AtFlow},
	{ID: CmdMoveUp, Name: say.Mark(textCmdMoveUp), Keys: "Alt+Up", Menu: MenuEdit, Where: AtChosen},
	{ID: CmdMoveDown, Name: say.Mark(textCmdMoveDown), Keys: "Alt+Down", Menu: MenuEdit, Where: AtChosen},
	{ID: CmdDelete, Name: say.Mark(textCmdDelete), Menu: MenuEdit, Where: AtChosen},

	{ID: CmdRunPanel, Name: say.Mark(textCmdRunPanel), Keys: "Ctrl+J", Menu: MenuView, Where: AtFlow},

	{ID: CmdProblems, Name: say.Mark(textCmdProblems), Keys: "Ctrl+Shift+M", Menu: MenuView, Where: AtDraft},
	{ID: CmdNextProblem, Name: say.Mark(textCmdNextProblem), Keys: "F8", Local: true, Menu: MenuView, Where: AtDraft},
	{ID: CmdProblemBefore, Name: say.Mark(textCmdProblemBefore), Keys: "Shift+F8", Local: true, Menu: MenuView, Where: AtDraft},

	{ID: "follow", Name: say.Mark(textCmdFollow), Keys: "F", Local: true, Menu: MenuView, Where: AtFlow},
	{ID: "find", Name: say.Mark(textCmdFind), Keys: "Ctrl+F", Local: true, Menu: MenuView, Rule: true, Where: AtFlow},
	{ID: "fold", Name: say.Mark(textCmdFold), Keys: "C", Local: true, Menu: MenuView, Where: AtFlow},
	{ID: "foldall", Name: say.Mark(textCmdFoldAll), Keys: "Shift+C", Local: true, Menu: MenuView, Where: AtFlow},
	{ID: "fit", Name: say.Mark(textCmdFit), Keys: "0", Local: true, Menu: MenuView, Rule: true, Where: AtFlow},
	{ID: "full", Name: say.Mark(textCmdFull), Keys: "1", Local: true, Menu: MenuView, Where: AtFlow},
	{ID: "zoomin", Name: say.Mark(textCmdZoomIn), Keys: "Ctrl+=", Local: true, Menu: MenuView, Where: AtFlow},
	{ID: "zoomout", Name: say.Mark(textCmdZoomOut), Keys: "Ctrl+-", Local: true, Menu: MenuView, Where: AtFlow},

	{ID: CmdLarger, Name: say.Mark(textCmdLarger), Menu: MenuView, Rule: true},
	{ID: CmdSmaller, Name: say.Mark(textCmdSmaller), Menu: MenuView},

	{ID: CmdTest, Name: say.Mark(textCmdTest), Keys: "Ctrl+T", Menu: MenuRun, Where: AtDraft},
	{ID: CmdTestUpTo, Name: say.Mark(textCmdTestUpTo), Keys: "Ctrl+Shift+T", Menu: MenuRun, Where: AtChosen},
	{ID: CmdRestartRun, Name: say.Mark(textCmdRestartRun), Keys: "Ctrl+Shift+R", Menu: MenuRun, Where: AtFlow},
	{ID: CmdCancelRun, Name: say.Mark(textCmdCancelRun), Menu: MenuRun, Where: AtFlow},
	{ID: CmdPin, Name: say.Mark(textCmdPin), Keys: "Ctrl+Shift+P", Menu: MenuRun, Rule: true, Where: AtChosen},
	{ID: CmdFlowRuns, Name: say.Mark(textCmdFlowRuns), Keys: "Ctrl+Shift+L", Menu: MenuRun, Rule: true, Where: AtFlow},
	{ID: CmdTimeline, Name: say.Mark(textCmdTimeline), Keys: "Ctrl+Shift+J", Menu: MenuRun, Where: AtFlow},
	{ID: CmdCompareRuns, Name: say.Mark(textCmdCompareRuns), Menu: MenuRun, Where: AtFlow},

	{ID: CmdPalette, Name: say.Mark(textCmdPalette), Keys: "Ctrl+K", Menu: MenuGo},
	{ID: CmdFlows, Name: say.Mark(textCmdFlows), Keys: "Ctrl+1", Menu: MenuGo, Rule: true},
	{ID: CmdRuns, Name: say.Mark(textCmdRuns), Keys: "Ctrl+2", Menu: MenuGo},
	{ID: CmdApprovals, Name: say.Mark(textCmdApprovals), Keys: "Ctrl+3", Menu: MenuGo},
	{ID: CmdTriggers, Name: say.Mark(textCmdTriggers), Keys: "Ctrl+4", Menu: MenuGo},
	{ID: CmdResources, Name: say.Mark(textCmdResources), Keys: "Ctrl+5", Menu: MenuGo},
	{ID: CmdHub, Name: say.Mark(textCmdHub), Keys: "Ctrl+6", Menu: MenuGo},
	{ID: CmdOutbox, Name: say.Mark(textCmdOutbox), Keys: "Ctrl+7", Menu: MenuGo},
	{ID: CmdSettings, Name: say.Mark(textCmdSettings), Keys: "Ctrl+,", Menu: MenuGo},

	{ID: CmdKeys, Name: say.Mark(textCmdKeys), Keys: "F1", Local: true, Menu: MenuHelp},
	{ID: CmdGuide, Name: say.Mark(textCmdGuide), Menu: MenuHelp},
	{ID: CmdGuideLeave, Name: say.Mark(textCmdGuideLeave), Menu: MenuNone},

	{ID: CmdCopyStep, Name: say.Mark(textCmdCopyStep), Keys: "Ctrl+C", Menu: MenuNone, Where: AtStep},
	{ID: CmdCutStep, Name: say.Mark(textCmdCutStep), Keys: "Ctrl+X", Menu: MenuNone, Where: AtChosen},
	{ID: CmdPasteStep, Name: say.Mark(textCmdPasteStep), Keys: "Ctrl+V", Menu: MenuNone, Where: AtDraft},
	{ID: CmdRenameStep, Name: say.Mark(textCmdRenameStep), Menu: MenuNone, Where: AtChosen},
	{ID: CmdTestStep, Name: say.Mark(textCmdTestStep), Menu: MenuNone, Where: AtChosen},

	{ID: CmdNewSchedule, Name: say.Mark(textCmdNewSchedule), Menu: MenuNone},
	{ID: CmdAddResource, Name: say.Mark(textCmdAddResource), Menu: MenuNone},
	{ID: CmdBackup, Name: say.Mark(textCmdBackup), Menu: MenuNone},
	{ID: CmdRestore, Name: say.Mark(textCmdRestore), Menu: MenuNone},
	{ID: CmdLight, Name: say.Mark(textCmdLight), Menu: MenuNone},
	{ID: CmdDark, Name: say.Mark(textCmdDark), Menu: MenuNone},
	{ID: CmdSystemColors, Name: say.Mark(textCmdSystemColors), Menu: MenuNone},
}

// CommandOf finds a command.
func CommandOf(id CommandID) (Command, bool) {
	for _, c := range Commands {
		if c.ID == id {
			return c, true
		}
	}
	return Command{}, false
}

// Can reports whether a command can be done as the model stands; editor says whether the
// editor is shown.
func (m *Model) Can(c Command, editor bool) bool {
	if c.Where == Anywhere {
		return true
	}
	if !editor || m.doc == nil {
		return false
	}
	if (c.Where == AtDraft || c.Where == AtChosen) && m.doc.ReadOnly {
		return false
	}
	return c.Where == AtFlow || c.Where == AtDraft || m.SelectedStep() != nil
}
