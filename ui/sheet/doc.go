// Package sheet draws the pages and mails of approvers as a browser and a mail program
// would: at a width of their own, in light or dark whatever the window is, smaller where
// there is no room. Nothing on them can be pressed.
package sheet
