package model

import (
	"maps"
	"slices"
	"strings"
)

// What a script may call of the client that Sluice gives it, with what it takes. A test
// compares the names with the client's.
var clientCalls = map[string]string{
	"getResumeUrls": "(approver?)", "getResumeEndpoints": "(approver?)", "askByMail": "({account, to, question, …})", "sendMail": "({account, to, subject, text})",
	"getResource": "(path)", "setResource": "(value, path)", "getVariable": "(path)", "setVariable": "(path, value, secret?)", "databaseUrlFromResource": "(path)",
	"getState": "()", "setState": "(value)", "getFlowUserState": "(key)", "setFlowUserState": "(key, value)", "getSharedState": "()", "setSharedState": "(value)",
	"runFlow": "(path, args)", "runFlowAsync": "(path, args)", "runScript": "(path, hash, args)", "runScriptByPath": "(path, args)", "runScriptAsync": "(path, hash, args)",
	"getResult": "(job)", "getResultMaybe": "(job)", "waitJob": "(job)", "cancelJob": "(job, reason?)", "getRootJobId": "(job?)", "setProgress": "(percent)", "getProgress": "(job?)",
	"getWorkspace": "()", "getStatePath": "()", "usernameToEmail": "(name)", "streamResult": "(stream)", "appendToResultStream": "(text)",
	"base64ToUint8Array": "(text)", "uint8ArrayToBase64": "(bytes)",
}

var pythonCalls = map[string]string{
	"get_resume_urls": "(approver)", "get_resume_endpoints": "(approver)", "ask_by_mail": "(account, to, question=…)", "send_mail": "(account, to, subject, text)",
	"get_resource": "(path)", "set_resource": "(value, path)", "list_resources": "(type)", "get_variable": "(path)", "set_variable": "(path, value, is_secret)",
	"get_state": "()", "set_state": "(value)", "get_shared_state": "()", "set_shared_state": "(value)", "get_flow_user_state": "(key)", "set_flow_user_state": "(key, value)",
	"run_flow": "(path, args)", "run_flow_async": "(path, args)", "run_script_by_path": "(path, args)", "run_script": "(path, args=…)", "get_result": "(job)", "wait_job": "(job)",
	"get_job": "(job)", "get_job_status": "(job)", "cancel_job": "(job, reason)", "cancel_running": "()", "get_root_job_id": "()", "set_progress": "(percent)", "get_progress": "()",
	"get_workspace": "()", "get_state_path": "()", "get_approval_urls": "(step)", "whoami": "()", "username_to_email": "(name)", "stream_result": "(stream)", "append_to_result_stream": "(text)",
}

// wordsMost is how large a script may be for its words to be proposed, in bytes.
const wordsMost = 300_000

// CompleteCode tells what could be typed at a place of a script, in bytes of its text:
// calls of the client behind wmill, else words that stand in it. asked is set where
// a person asks.
func CompleteCode(language, text string, caret int, asked bool) []Choice {
	if caret > len(text) {
		return nil
	}
	from := caret
	for from > 0 && wordByte(text[from-1]) {
		from--
	}
	prefix := text[from:caret]
	if calls := callsOf(language); calls != nil && strings.HasSuffix(text[:from], "wmill.") {
		return matching(calls, prefix, from)
	}
	if len(text) > wordsMost || len(prefix) < 2 && !asked {
		return nil
	}
	seen := map[string]bool{prefix: true}
	var out []Choice
	for at := 0; at < len(text) && len(out) < choicesMost; {
		if !wordByte(text[at]) {
			at++
			continue
		}
		begin := at
		for at < len(text) && wordByte(text[at]) {
			at++
		}
		w := text[begin:at]
		if begin == from || len(w) < 3 || len(w) < len(prefix) || w[0] >= '0' && w[0] <= '9' || !strings.EqualFold(w[:len(prefix)], prefix) || seen[w] {
			continue // it is what is being typed, or nothing to propose
		}
		seen[w] = true
		out = append(out, Choice{Label: w, Text: w, From: from})
	}
	return out
}

func wordByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// callsOf is what the client offers in a language, nil where there is none.
func callsOf(language string) map[string]string {
	switch language {
	case "bun", "deno", "nativets", "bunnative", "nodejs", "javascript":
		return clientCalls
	case "python3":
		return pythonCalls
	}
	return nil
}

// matching are the names that begin with what was typed, then those that contain it.
func matching(names map[string]string, prefix string, from int) []Choice {
	var best, others []Choice
	low := strings.ToLower(prefix)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		c := Choice{Label: name, Text: name, Value: names[name], From: from}
		switch l := strings.ToLower(name); {
		case name == prefix:
		case strings.HasPrefix(l, low):
			best = append(best, c)
		case strings.Contains(l, low):
			others = append(others, c)
		}
	}
	return append(best, others...)
}
