package inspector

import "sluice/ui/say"

// Words of the preview of what approvers see.
const (
	textPreviewTitle = "As approvers will see it"
	textPreviewAbout = "Nobody is asked, no link is made and no mail goes out."
)

// Words of the editor of forms.
const (
	textFormLarge     = "Larger, with a preview"
	textFormAbout     = "Each change counts at once and can be taken back. The right side follows."
	textAsAsked       = "As it is asked when the flow is started"
	textAsksNothing   = "Nothing is asked."
	textWhole         = "✓ What stands here could be sent"
	textNotWhole      = "Something is still missing or wrong"
	textNoSchema      = "This is no JSON Schema yet; the last good one is kept"
	textConditional   = "if"
	textMoveField     = "Alt+Up and Alt+Down move it; or drag it"
	textNameWanted    = "Which name? Expressions read the field by it"
	textNameTaken     = "There is a field of that name already"
	textNobodyReads   = "No step reads it yet"
	textPattern       = "A regular expression that a text must fit."
	textNoPattern     = "This is no regular expression yet; the last good one is kept"
	textPatternSay    = "Five digits please"
	textConditionHint = "An expression that reads the fields beside it. Empty: always."
	textOneChoice     = "One choice at least; the last ones are kept"
	textManyChoices   = "These are many choices; change them as JSON Schema."
)

// textFormTabs are the ways to change a form.
var textFormTabs = []string{say.Mark("Fields"), say.Mark("JSON Schema")}

const textOfferTest = "after the approval"
