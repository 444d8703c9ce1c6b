package run

import (
	"encoding/json"
	"fmt"
)

// EncodeEvent returns an event as it is stored: a name of its kind, which never
// changes, and JSON.
func EncodeEvent(ev Event) (typ string, data []byte, err error) {
	if typ = kindOf(ev); typ == "" {
		return "", nil, fmt.Errorf("encode event: unknown kind %T", ev)
	}
	if data, err = json.Marshal(ev); err != nil {
		return "", nil, fmt.Errorf("encode %s: %w", typ, err)
	}
	return typ, data, nil
}

// DecodeEvent is the reverse of EncodeEvent.
func DecodeEvent(typ string, data []byte) (Event, error) {
	read, ok := decoders[typ]
	if !ok {
		return nil, fmt.Errorf("decode event: unknown kind %q", typ)
	}
	ev, err := read(data)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", typ, err)
	}
	return ev, nil
}

func kindOf(ev Event) string {
	switch ev.(type) {
	case Started:
		return "Started"
	case Evaluated:
		return "Evaluated"
	case Admitted:
		return "Admitted"
	case Recalled:
		return "Recalled"
	case JobStarted:
		return "JobStarted"
	case JobSucceeded:
		return "JobSucceeded"
	case JobFailed:
		return "JobFailed"
	case JobLost:
		return "JobLost"
	case JobInterrupted:
		return "JobInterrupted"
	case TimerFired:
		return "TimerFired"
	case DecisionMade:
		return "DecisionMade"
	case CancelRequested:
		return "CancelRequested"
	case AskNoted:
		return "AskNoted"
	case LinkMinted:
		return "LinkMinted"
	case MailNoted:
		return "MailNoted"
	}
	return ""
}

var decoders = map[string]func([]byte) (Event, error){
	"Started":         decode[Started],
	"Evaluated":       decode[Evaluated],
	"Admitted":        decode[Admitted],
	"Recalled":        decode[Recalled],
	"JobStarted":      decode[JobStarted],
	"JobSucceeded":    decode[JobSucceeded],
	"JobFailed":       decode[JobFailed],
	"JobLost":         decode[JobLost],
	"JobInterrupted":  decode[JobInterrupted],
	"TimerFired":      decode[TimerFired],
	"DecisionMade":    decode[DecisionMade],
	"CancelRequested": decode[CancelRequested],
	"AskNoted":        decode[AskNoted],
	"LinkMinted":      decode[LinkMinted],
	"MailNoted":       decode[MailNoted],
}

func decode[E Event](data []byte) (Event, error) {
	var ev E
	err := json.Unmarshal(data, &ev)
	return ev, err
}
