package kit

// Icon is one glyph of the icon font.
type Icon string

// NoIcon is the absence of an icon.
const NoIcon Icon = ""

// The icons that are shown; each is named for its picture.
const (
	IconAlert        Icon = "\ue077"
	IconCheck        Icon = "\ue06c"
	IconChevronDown  Icon = "\ue06d"
	IconChevronLeft  Icon = "\ue06e"
	IconChevronRight Icon = "\ue06f"
	IconChevronUp    Icon = "\ue070"
	IconCircleCheck  Icon = "\ue226"
	IconCirclePlay   Icon = "\ue080"
	IconClose        Icon = "\ue1b2"
	IconCode         Icon = "\ue093"
	IconCopy         Icon = "\ue09e"
	IconDownload     Icon = "\ue0b2"
	IconEqual        Icon = "\ue1bd"
	IconExternalLink Icon = "\ue0b9"
	IconFileCode     Icon = "\ue0c3"
	IconFlow         Icon = "\ue425"
	IconFolderOpen   Icon = "\ue247"
	IconGitFork      Icon = "\ue28d"
	IconHelp         Icon = "\ue082"
	IconInbox        Icon = "\ue0f7"
	IconInfo         Icon = "\ue0f9"
	IconGrid         Icon = "\ue0ff"
	IconMail         Icon = "\ue10f"
	IconMaximize     Icon = "\ue113"
	IconMore         Icon = "\ue0b6"
	IconPackage      Icon = "\ue129"
	IconPlay         Icon = "\ue13c"
	IconPlus         Icon = "\ue13d"
	IconRedo         Icon = "\ue2a0"
	IconRefresh      Icon = "\ue145"
	IconRepeat       Icon = "\ue146"
	IconSearch       Icon = "\ue151"
	IconSettings     Icon = "\ue154"
	IconShield       Icon = "\ue158"
	IconSparkles     Icon = "\ue412"
	IconSplit        Icon = "\ue440"
	IconTimer        Icon = "\ue1e0"
	IconTrash        Icon = "\ue18e"
	IconUndo         Icon = "\ue2a1"
	IconUserCheck    Icon = "\ue1a0"
	IconWarning      Icon = "\ue193"
)
