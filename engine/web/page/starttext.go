package page

// Pages of a form that starts something, without its fields.
var (
	textUnstartable    = note{"bad", "!", "This form cannot be used now", []string{"What it starts is missing or cannot run. Its owner is told.", "Nothing was started by opening it. Try again later, or tell the person who gave you the link."}}
	textUnstartedHeld  = note{"bad", "!", "This cannot be started now", []string{"What the form starts is missing or cannot run. Its owner is told.", "Nothing was started, and nothing you typed is lost: press the button again later."}}
	textStartRate      = note{"waiting", "…", "Too many people look at this now", []string{"Nothing was started by opening it. Try again in a few seconds."}}
	textStartHeld      = note{"waiting", "…", "Too much is sent by this form now", []string{"Nothing was started yet, and nothing you typed is lost.", "Wait a few seconds and press the button."}}
	textStartFull      = note{"waiting", "…", "Too much is sent by this form now", []string{"Nothing was started. Wait a few seconds, go back and press the button."}}
	textStartRetry     = note{"waiting", "…", "Sluice is busy", []string{"Nothing was started yet, and nothing you typed is lost.", "Wait a few seconds and press the button."}}
	textStartMethod    = note{"quiet", "?", "This address can only be opened or sent a form", []string{"Nothing was started."}}
	textStartLarge     = note{"bad", "!", "What you sent is too large", []string{"The limit is 1 MB. Nothing was started.", "Go back, shorten it, and send it again."}}
	textStartCut       = note{"bad", "!", "What you sent did not arrive whole", []string{"Nothing was started. Go back and send it again."}}
	textStartKind      = note{"bad", "!", "This was not sent by the form of this page", []string{"Nothing was started. Open the link again and use its form."}}
	textStartAway      = note{"waiting", "…", "Sluice is busy", []string{"Nothing was started. Try again in a few seconds."}}
	textStartUnread    = note{"bad", "!", "This form cannot be shown now", []string{"The computer that keeps it cannot read or write its file. Nothing was started by opening it.", "Try again later. If it stays so, tell the person who gave you the link."}}
	textNoReceipt      = note{"quiet", "?", "Nothing is known of this", []string{"What was sent may have been so long ago that it is not kept any more, or the address was cut.", "Nothing was started by opening it."}}
	textLinkUsed       = note{"quiet", "✓", "This link was used before", []string{"What was sent by it was received, so long ago that nothing more is kept of it.", "To send something again, ask the person who gave you the link for a new one."}}
	textReceiptDamaged = note{"bad", "!", "This cannot be shown", []string{"What you sent was received; what is stored about it is damaged and was set aside.", "Tell the person who gave you the link."}}
)

func textStartBroken(code string) note {
	return note{"bad", "!", "Something unexpected happened", []string{"If you pressed the button, go back and press it again: what was sent counts once.", "If it comes back, tell the person who gave you the link this code: " + code}}
}

// Notes above a form that is shown again.
const (
	textStartStale   = "This page was too old, so nothing was started. What you typed is still here: check it and press again."
	textStartSent    = "You sent this page before, with other entries. Nothing more was started: press again to send these, too."
	textStartForeign = "Your browser says that this was sent from another site, so nothing was started. If it was you, check it and press again."
	textStartChanged = "The form was changed meanwhile, so nothing was started. What you typed is still here: check it and press again."
	textStartBusy    = "Sluice is busy, so nothing may be started yet. What you typed is still here: press again in a few seconds."
	textStartDisk    = "Nothing was started: the computer that keeps it has no room, or its disk has a problem. What you typed is still here: press again in a while."
	textUnstarted    = "This cannot be started now: what the form starts is missing or cannot run. Its owner is told. What you typed is still here: press again later."
)

func textStartUnexpected(code string) string {
	return "Something unexpected happened and nothing may be started yet. What you typed is still here. Code: " + code
}

// Words on a receipt.
const (
	textSeeFirst    = "See what became of the first."
	textLookAgain   = "See how it stands now"
	textFillAgain   = "Fill the form in again"
	textLargeResult = "The result is too large to be shown here."
)
