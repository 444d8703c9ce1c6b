package ui

import (
	"context"
	"encoding/json"

	"fyne.io/fyne/v2/lang"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// Speak makes the window speak a language by its setting: a code such as "de", or
// "" and "system" for what the system speaks.
func Speak(setting string) {
	system := lang.SystemLocale()
	if setting == "" || setting == "system" {
		setting = system.String()
	}
	say.Use(setting)
	words := map[string]string{}
	for key, text := range wordsOfFyne {
		words[key] = say.Of(text)
	}
	data, err := json.Marshal(words)
	if err == nil { // Fyne looks for its words in the system's language, whatever it is
		_ = lang.AddTranslationsForLocale(data, system)
	}
}

// wordsOfFyne are the texts that Fyne itself shows, by its keys.
var wordsOfFyne = map[string]string{
	"Advanced": say.Mark("Advanced"), "Cancel": say.Mark("Cancel"), "Confirm": say.Mark("Confirm"), "Copy": say.Mark("Copy"), "Create Folder": say.Mark("Create Folder"),
	"Cut": say.Mark("Cut"), "Enter filename": say.Mark("Enter filename"), "Error": say.Mark("Error"), "Favourites": say.Mark("Favourites"), "File": say.Mark("File"),
	"Folder": say.Mark("Folder"), "New Folder": say.Mark("New Folder"), "No": say.Mark("No"), "OK": say.Mark("OK"), "Open": say.Mark("Open"), "Paste": say.Mark("Paste"),
	"Quit": say.Mark("Quit"), "Redo": say.Mark("Redo"), "Save": say.Mark("Save"), "Select all": say.Mark("Select all"), "Show Hidden Files": say.Mark("Show Hidden Files"),
	"Undo": say.Mark("Undo"), "Yes": say.Mark("Yes"), "file.name": say.Mark("Name"), "file.parent": say.Mark("Parent"),
}

// speak changes the language and builds the window anew in it. What was typed is stored
// first; where it cannot be, the language changes at the next start.
func (u *UI) speak(setting string) {
	before := say.Code()
	if Speak(setting); say.Code() == before {
		return
	}
	next := say.Code()
	say.Use(before)
	change := func() {
		u.editor.Leave()
		u.editor.SaveNow(func() {
			Speak(next)
			u.buildAgain()
		}, u.trouble)
	}
	if name := u.triggers.Unsaved(); name != "" {
		u.question(kit.Question{Title: say.F("“%s” was not saved", name), Text: say.T("What you changed of it is lost if the language changes now. Otherwise it changes at the next start."),
			Back: say.T("At the next start"), Verb: say.T("Now"), Danger: true, Yes: change})
		return
	}
	change()
}

// buildAgain makes all panes anew. The flow that was open is opened again.
func (u *UI) buildAgain() {
	doc := u.model.Doc()
	path := ""
	if doc != nil && !doc.ReadOnly {
		path = doc.Path
	}
	u.refresh(u.model.Close())
	clear(u.objects)
	clear(u.colored)
	u.panes()
	u.visit(host.PlaceSettings)
	u.countWaiting()
	if path == "" {
		return
	}
	host.AskThen(u.host, u.cfg.Library.Flows, func(list []flow.Stored) {
		for _, s := range list {
			if s.Path == path && u.model.Doc() == nil {
				u.editor.Open(s, func() { u.lastRun(path); u.readFlows() })
			}
		}
	})
}

// keepLanguage keeps the setting of the language, and follows it.
func (u *UI) keepLanguage(setting string) {
	u.ask(func(ctx context.Context) (func(), error) {
		return func() { u.speak(setting) }, u.cfg.Library.SetSetting(ctx, host.SettingLanguage, setting)
	})
}
