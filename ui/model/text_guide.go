package model

import "sluice/ui/say"

// GuideWords are what the guided way says at a station: what is to be done, and how.
type GuideWords struct{ Title, Text, Keys string }

// guideStops are the stations that are counted.
var guideStops = map[Station]int{GuideFlow: 1, GuideScript: 2, GuideApproval: 3, GuideBranch: 4, GuideCondition: 5, GuideTest: 6, GuideRuns: 6, GuideInbox: 7, GuideDecide: 8}

// Count tells how far the way is gone.
func (s Station) Count() string {
	if n, ok := guideStops[s]; ok {
		return say.F("%d of %d", n, len(guideStops)-1)
	}
	return ""
}

// Words are what is said at the station.
func (s Sight) Words() GuideWords {
	switch s.Station {
	case GuideFlow:
		return GuideWords{say.T("Begin with an empty flow"), say.T("A flow is a row of steps. Press New flow above the list."), say.T("Keys: Ctrl+K, type “New flow”, Enter")}
	case GuideScript:
		return GuideWords{say.T("Add a script"), say.T("Press the + below Input and choose TypeScript. The script is ready to run; you can change it at the right."), say.T("Keys: Ctrl+Enter, then Enter")}
	case GuideApproval:
		return GuideWords{say.T("Let it ask somebody"), say.T("Press the + below the script, then Approval at the left, and choose “Prompt the person who runs the flow”. The run will wait there for an answer."), say.T("Keys: Ctrl+Enter, type “prompt”, Enter")}
	case GuideBranch:
		return GuideWords{say.T("Let the answer decide the way"), say.T("Press the + below the approval and choose Branch to one."), say.T("Keys: Ctrl+Enter, type “branch to one”, Enter")}
	case GuideCondition:
		if s.Why != "" {
			return GuideWords{say.T("Something is missing yet"), s.Why, ""}
		}
		return GuideWords{say.T("Say when the branch is taken"), say.T("Press the proposed condition at the right: the branch is taken if the approver wrote a message. Else the run takes the default way."), say.T("Keys: Enter on the branch opens it, Tab goes through its fields")}
	case GuideTest:
		return GuideWords{say.T("Try it out"), say.T("Press Test flow. Its steps light up as the run comes to them."), say.T("Keys: Ctrl+T")}
	case GuideRuns:
		return GuideWords{say.T("It runs"), say.T("In a moment it comes to the approval. The way goes on by itself."), ""}
	case GuideInbox:
		return GuideWords{say.T("It waits for you"), say.T("The run stands still until somebody answers, also while Sluice is closed. All that waits is in Approvals."), say.T("Keys: Ctrl+3")}
	case GuideDecide:
		return GuideWords{say.T("Decide"), say.T("Write a message if you like, and press Approve and continue. The answer counts after a few seconds, in which it can be taken back."), say.T("Keys: Tab to the button, then Space")}
	case GuideDone:
		return GuideWords{say.T("That is the whole way"), say.T("The run went on with your answer. To ask others by e-mail, add a Gmail account in Resources; to start the flow by itself, add a schedule in Triggers."), ""}
	}
	return GuideWords{}
}
