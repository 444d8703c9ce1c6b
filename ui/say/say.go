package say

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	xlanguage "golang.org/x/text/language"
)

// Language is a language that the window speaks.
type Language struct {
	Code string // as in ISO 639
	Name string // as its speakers call it

	comma, thousands string
	layouts          map[string]string // of dates, by the English one
	when             tokens            // of schedules
	months, days     []string          // in full; days from Sunday
	shortMonths      []string
	shortDays        []string
}

// Languages are those that there are, English first.
var Languages = []Language{
	{Code: "en", Name: "English", comma: ".", thousands: ","},
	{Code: "de", Name: "Deutsch", comma: ",", thousands: ".", layouts: germanLayouts, when: germanWhen,
		months:      []string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		shortMonths: []string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
		days:        []string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		shortDays:   []string{"So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"}},
}

// enginePrefix begins the names of catalogues of what the engine says.
const enginePrefix = "engine"

//go:embed catalog/*.json
var catalogs embed.FS

// tongue is a language with its texts.
type tongue struct {
	Language
	texts   map[string]string
	phrases *phrases        // of the engine; nil: English
	plurals *i18n.Localizer // nil: English
}

var current atomic.Pointer[tongue]

func init() { current.Store(&tongue{Language: Languages[0]}) }

// Use speaks a language from now on: a code such as "de" or "de-AT". One that there is
// not is English.
func Use(code string) {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(code, "_", "-")), "-")
	for _, l := range Languages[1:] {
		if l.Code == base {
			if current.Load().Code != base {
				current.Store(read(l))
			}
			return
		}
	}
	current.Store(&tongue{Language: Languages[0]})
}

// Code is the language that is spoken now, such as "de".
func Code() string { return current.Load().Code }

// read reads the catalogues of a language. They come with the program, so a mistake in
// them is one of ours: a test reads them all.
func read(l Language) *tongue {
	to := &tongue{Language: l, texts: map[string]string{}}
	tag := xlanguage.Make(l.Code)
	bundle := i18n.NewBundle(xlanguage.English)
	said := map[string]string{} // by the engine
	files, _ := catalogs.ReadDir("catalog")
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), "."+l.Code+".json") {
			continue
		}
		texts, forms, err := catalog(f.Name())
		if err != nil {
			continue
		}
		into := to.texts
		if strings.HasPrefix(f.Name(), enginePrefix) {
			into = said
		}
		maps.Copy(into, texts)
		for _, m := range forms {
			_ = bundle.AddMessages(tag, m)
		}
	}
	to.phrases = newPhrases(said)
	to.plurals = i18n.NewLocalizer(bundle, l.Code)
	return to
}

// catalog reads one file: its texts, and its plurals.
func catalog(name string) (map[string]string, []*i18n.Message, error) {
	data, err := catalogs.ReadFile(path.Join("catalog", name))
	if err != nil {
		return nil, nil, err
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	texts := map[string]string{}
	var plurals []*i18n.Message
	for key, value := range raw {
		var text string
		if json.Unmarshal(value, &text) == nil {
			texts[key] = text
			continue
		}
		var forms map[string]string
		if err := json.Unmarshal(value, &forms); err != nil {
			return nil, nil, fmt.Errorf("%s: %q: %w", name, key, err)
		}
		plurals = append(plurals, &i18n.Message{ID: key, Zero: forms["zero"], One: forms["one"], Two: forms["two"], Few: forms["few"], Many: forms["many"], Other: forms["other"]})
	}
	return texts, plurals, nil
}

// T translates a text.
func T(text string) string { return Of(text) }

// F translates a format and fills it in.
func F(format string, args ...any) string {
	if t := current.Load(); t.plurals != nil {
		return fmt.Sprintf(Of(format), args...)
	}
	return fmt.Sprintf(format, args...) // vet checks the calls of F for this line
}

// N tells of so many: the text of one, or that of many, filled in with n and what follows.
// A text without %d is the whole text, or names the others as %[2]s.
func N(n int, one, many string, args ...any) string {
	text := many
	if n == 1 {
		text = one
	}
	if t := current.Load(); t.plurals != nil {
		if s, err := t.plurals.Localize(&i18n.LocalizeConfig{MessageID: many, PluralCount: n}); err == nil {
			text = s
		}
	}
	if !strings.Contains(text, "%") {
		return text
	}
	return fmt.Sprintf(text, append([]any{n}, args...)...)
}

// In translates a text that has more than one meaning; in says which.
func In(in, text string) string { return Of(MarkIn(in, text)) }

// Mark marks a text that is translated later by Of, such as one of a table that is made
// before the language is known.
func Mark(text string) string { return text }

// MarkIn marks a text that has more than one meaning.
func MarkIn(in, text string) string { return in + meaning + text }

// meaning parts what tells meanings apart from the text.
const meaning = "¦"

// Of translates a text that is marked elsewhere.
func Of(text string) string {
	if s, ok := current.Load().texts[text]; ok {
		return s
	}
	if _, bare, ok := strings.Cut(text, meaning); ok {
		return bare
	}
	return text
}

// All translates texts that are marked elsewhere.
func All(texts []string) []string {
	said := make([]string, len(texts))
	for i, text := range texts {
		said[i] = Of(text)
	}
	return said
}

// begins are the first words of a German text that are small within a sentence; the others
// may be nouns.
var begins = map[string]bool{"Der": true, "Die": true, "Das": true, "Den": true, "Ein": true, "Eine": true, "Kein": true, "Keine": true, "Alle": true, "Noch": true,
	"Wenn": true, "Bei": true, "Nach": true, "Vor": true, "Wer": true, "Was": true, "Wie": true, "Nicht": true, "Diese": true, "Dieser": true, "Dieses": true}

// Lower is a text of the window as it stands within a sentence.
func Lower(text string) string {
	word, _, _ := strings.Cut(text, " ")
	if current.Load().Code != "en" && !begins[word] {
		return text
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}

// keys are the German names of keys.
var keys = map[string]string{"Ctrl": "Strg", "Shift": "Umschalt", "Return": "Eingabe", "Enter": "Eingabe", "Delete": "Entf", "Backspace": "Rücktaste", "Up": "Auf", "Down": "Ab",
	"Left": "Links", "Right": "Rechts", "Space": "Leertaste", "Home": "Pos1", "End": "Ende", "Page Up": "Bild auf", "Page Down": "Bild ab", "Menu": "Menü", "Wheel": "Rad",
	"click": "Klick", "drag": "Ziehen", "arrows": "Pfeile"}

// Keys names keys as they are written on the keyboard: "Strg+Umschalt+E" for "Ctrl+Shift+E".
// Several have " / " between them.
func Keys(text string) string {
	if current.Load().Code != "de" {
		return text
	}
	ways := strings.Split(text, " / ")
	for i, way := range ways {
		parts := strings.Split(way, "+")
		for j, part := range parts {
			if word, ok := keys[part]; ok {
				parts[j] = word
			}
		}
		ways[i] = strings.Join(parts, "+")
	}
	return strings.Join(ways, " / ")
}
