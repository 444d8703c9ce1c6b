package kit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// stage starts an app with our theme.
func stage(t testing.TB, dark bool) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(NewTheme(dark))
	t.Cleanup(func() {
		Use(false)
		hosts, modals, tipShown, tipWait = nil, nil, nil, nil
	})
}

// show opens a window around an object.
func show(t testing.TB, o fyne.CanvasObject, w, h float32) fyne.Window {
	t.Helper()
	win := test.NewTempWindow(t, NewHost(o))
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	return win
}

func key(f fyne.Focusable, names ...fyne.KeyName) {
	for _, n := range names {
		f.TypedKey(&fyne.KeyEvent{Name: n})
	}
}

// Stage and Show are for the gallery, which has widgets of other packages too.
var Stage, Show = stage, show

// AllIcons reads the icons by name, and their names in order.
func AllIcons(t testing.TB) (names []string, icons map[string]Icon) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "icons.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	icons = map[string]Icon{}
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if name := v.Names[0].Name; text != "" {
				names, icons[name] = append(names, name), Icon(text)
			}
		}
	}
	return names, icons
}
