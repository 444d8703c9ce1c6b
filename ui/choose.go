package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"sluice/engine/disk"
)

// chooseFile has a person choose a file by Fyne's dialog.
func chooseFile(w fyne.Window, chosen func(path string)) {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil || r == nil {
			return
		}
		r.Close()
		chosen(r.URI().Path())
	}, w)
	d.SetFilter(regularFiles{})
	d.Resize(fyne.NewSize(820, 560))
	d.Show()
}

// regularFiles leaves out pipes and devices: the dialog opens what is chosen, and the
// window would wait for it.
type regularFiles struct{}

func (regularFiles) Matches(uri fyne.URI) bool { return disk.Regular(uri.Path()) == nil }
