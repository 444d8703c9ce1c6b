package ui

import "sluice/ui/pane"

// What the window needs of the program around it; package pane says what each
// part is for.
type (
	Runs     = pane.Runs
	Lists    = pane.Lists
	RunQuery = pane.RunQuery
	People   = pane.People
	Library  = pane.Library
	Accounts = pane.Accounts
	Folders  = pane.Folders
	Backups  = pane.Backups

	FolderOptions = pane.FolderOptions
	FolderReport  = pane.FolderReport
	FolderLine    = pane.FolderLine
)

// Keys of the settings that the window shows.
const (
	SettingBaseURL      = pane.SettingBaseURL
	SettingListen       = pane.SettingListen
	SettingClientID     = pane.SettingClientID
	SettingClientSecret = pane.SettingClientSecret
	SettingTheme        = pane.SettingTheme
)
