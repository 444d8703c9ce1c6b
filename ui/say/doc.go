// Package say speaks to the person at the window in the language they chose.
//
// The English text is the key, as with gettext: say.T("Save") is "Speichern" in German.
// What has no translation stays English. Every text that is given to T, F, N, In or Mark is
// a constant; its translation stands in catalog/<package>.<language>.json, where <package>
// is the path of the package below ui with - for /, "ui" for ui itself and "app" for app.
// A test says what is missing and what is dead. The file is a JSON object, sorted by its
// keys: a text by its English, or the forms of a plural by the English of many:
//
//	"Save": "Speichern",
//	"%d steps": {"one": "ein Schritt", "other": "%d Schritte"},
//	"verb¦Run": "Starten"
//
// The engine speaks English, to the command line, the logs and other programs, too. What
// the window shows of it goes through Engine (errors, problems, conditions), Failure (why a
// step failed, where a script may say anything) or When (schedules): catalog/engine-<package>
// has the formats that the engine fills in, and the values are put into the translation. A
// test collects what the engine says, and asks for each of it.
//
// What is a value is never translated: names of flows and steps, paths, JSON, code, and
// what people and scripts wrote. The command line and the logs stay English.
//
// To add a language: name it in the table of languages in say.go, copy the German
// catalogues to catalog/<package>.<code>.json and translate them.
//
// # Glossary
//
// German for an office: impersonal, in the infinitive ("Ablauf testen", "Zum Ändern öffnen"),
// "Sie" only where a sentence needs a subject. One word, one meaning:
//
//	flow             Ablauf (Abläufe)         run (noun)       Lauf (Läufe)
//	run (verb)       starten, laufen          step             Schritt
//	subflow          Unterablauf              script           Skript
//	approval (step)  Freigabe                 request          Anfrage
//	approve          Freigeben                deny             Ablehnen
//	approved         freigegeben              denied           abgelehnt
//	approver         Freigebende (Personen)   vote             Stimme
//	resource         Ressource                variable         Variable
//	hub              Hub                      library          Bibliothek
//	trigger          Auslöser                 schedule         Zeitplan
//	webhook          Webhook                  form             Formular
//	outbox           Postausgang              mail             E-Mail
//	version          Version                  draft            Entwurf
//	branch           Zweig, Verzweigung       loop             Schleife
//	iteration        Durchgang                condition        Bedingung
//	input            Eingabe                  output           Ausgabe
//	result           Ergebnis                 value            Wert
//	expression       Ausdruck                 field            Feld
//	note             Notiz                    group            Gruppe
//	pin (a result)   anheften                 mock             Ersatzergebnis
//	restart          Neustart, neu starten    retry            Wiederholung, erneut versuchen
//	test             testen, Test             error handler    Fehlerbehandlung
//	failed           fehlgeschlagen           succeeded        erfolgreich
//	canceled         abgebrochen              cancel           Abbrechen
//	expired          abgelaufen               deadline         Frist
//	waiting          wartet                   paused           angehalten
//	save             Speichern                delete           Löschen
//	undo             Rückgängig               redo             Wiederherstellen
//	settings         Einstellungen            folder           Ordner
//	file             Datei                    link             Link
//	tray             Benachrichtigungsfeld    backup           Sicherung
//	restore          wiederherstellen         key (secret)     Schlüssel
//	key (pressed)    Taste                    shortcut         Tastenkürzel
//	canvas           Zeichenfläche            inspector        Eigenschaften
//	timeline         Zeitachse                compare          vergleichen
//	sign in          anmelden                 journal          Journal
//	log              Protokoll                error            Fehler
//	hint             Hinweis                  problem          Problem
//
// Quotation marks are „ and “; an ellipsis is … ; between a number and its unit stands a
// space; a decimal comma, a point between thousands; dates are 2. Jan. 2006, times 15:04.
package say
