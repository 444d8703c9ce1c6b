// Package host is what every pane of the window has at hand: the model, the calls
// into the engine by way of [Host] (Ask), dialogs, and the parts that panes are made
// of.
package host
