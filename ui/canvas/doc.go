// Package canvas draws a model.Scene: cards, wires, conditions and the places
// where steps are added, with pan, zoom, a far view and a small map. It knows
// scenes only; what a click means is told to callbacks.
//
// One widget draws everything from pooled primitives, and only what lies on the
// screen has objects. Panning moves one container; the objects are set up anew
// only when the view leaves the part that has them. Zoom climbs a ladder of
// fixed steps, because each new size of a text costs a texture. Far out the
// whole scene is one picture. A thousand steps therefore cost what twenty do.
//
// All state lives in the widget, never in its renderer: Fyne throws renderers
// away and makes new ones.
package canvas
