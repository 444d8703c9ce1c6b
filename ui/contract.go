package ui

import "sluice/ui/host"

// What the window needs of the program around it; package pane says what each
// part is for.
type (
	Runs      = host.Runs
	Lists     = host.Lists
	RunQuery  = host.RunQuery
	People    = host.People
	Library   = host.Library
	Schedules = host.Schedules
	Hooks     = host.Hooks
	Forms     = host.Forms
	Accounts  = host.Accounts
	Folders   = host.Folders
	Backups   = host.Backups
	Login     = host.Login
	Previews  = host.Previews
	Code      = host.Code

	Connections = host.Connections

	FolderOptions = host.FolderOptions
	FolderReport  = host.FolderReport
	FolderLine    = host.FolderLine
)

// Keys of the settings that the window shows.
const (
	SettingBaseURL      = host.SettingBaseURL
	SettingListen       = host.SettingListen
	SettingClientID     = host.SettingClientID
	SettingClientSecret = host.SettingClientSecret
	SettingUpdates      = host.SettingUpdates
	SettingUpdateLooked = host.SettingUpdateLooked
	SettingUpdateFound  = host.SettingUpdateFound
	SettingTheme        = host.SettingTheme
	SettingLanguage     = host.SettingLanguage
	SettingSize         = host.SettingSize
	SettingKeepDays     = host.SettingKeepDays
	SettingKeepOthers   = host.SettingKeepOthers
	SettingKeepLogs     = host.SettingKeepLogs
	SettingClosing      = host.SettingClosing
)

// SettingsOfRetention are those that say for how long something is kept.
var SettingsOfRetention = host.SettingsOfRetention
