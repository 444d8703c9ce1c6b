// Package forms starts flows and scripts for what people send by the pages of forms.
//
// What was sent, and the run that is started for it, are one commit, and of each page that
// was handed out there is one row at most: neither a kill nor a second press starts it
// twice. The file knows the secrets of addresses by their hashes alone.
package forms
