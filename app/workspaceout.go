package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"sluice/engine"
	"sluice/engine/disk"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/vault"
	"sluice/engine/workspace"
)

// exportOptions say how the library is written.
type exportOptions struct {
	workspace.WriteOptions
	Replace bool   // write into a folder that holds something
	Under   string // only what lies below this path of the library
}

// exportWorkspace writes the library as a folder. A new folder appears whole or
// not at all; in one that is there, each file is replaced whole.
func exportWorkspace(ctx context.Context, eng *engine.Engine, box *vault.Box, dir string, o exportOptions) (workspace.Report, error) {
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil && len(entries) > 0 && !o.Replace:
		return workspace.Report{}, usage(fault.Newf("export.exists", "Nothing was written. Name another folder, or give --replace to write over its files; others in it stay.", "The folder %q holds something already", dir))
	case err != nil && !os.IsNotExist(err):
		return workspace.Report{}, usage(fault.Because(err, "export.write", fmt.Sprintf("%q cannot be written as a folder", dir), "Nothing was written. Name another folder."))
	}
	items, lost, err := exportItems(ctx, eng, box)
	if err != nil {
		return workspace.Report{}, err
	}
	if o.Under != "" {
		all := items
		if items = items.Under(o.Under); !workspace.Any(items) {
			return workspace.Report{}, usage(fault.New("export.nothing", nothingUnder(o.Under), "Nothing was written. "+somethingUnder(all)))
		}
	}
	items, own := withoutSamples(items)
	files, r := workspace.Write(items, o.WriteOptions)
	r.Tell(own...)
	for _, name := range lost {
		r.Lines = append(r.Lines, workspace.Line{File: name, What: workspace.Refused, Why: "The kept file cannot be opened: the key is missing on this computer.", Do: "Import the folder that it came from again."})
	}
	if len(entries) > 0 {
		err = writeOver(dir, files, fileMode(o.WithSecrets), &r)
		return r, err
	}
	return r, writeNew(dir, files, fileMode(o.WithSecrets), &r)
}

// nothingUnder says that the library holds nothing below a path, and somethingUnder below
// which it does.
func nothingUnder(path string) string { return "The library holds nothing below " + path }

func somethingUnder(items workspace.Items) string {
	roots, more := workspace.Roots(items), ""
	if len(roots) == 0 {
		return "It is empty."
	}
	if n := len(roots) - mostTold; n > 0 {
		roots, more = roots[:mostTold], fmt.Sprintf(" and %d more", n)
	}
	return "There is something below " + strings.Join(roots, ", ") + more + "."
}

// fileMode is that of a folder's files: what holds secrets is for its owner alone.
func fileMode(secrets bool) fs.FileMode {
	if secrets {
		return 0o600
	}
	return 0o644
}

// writeNew writes beside the folder's place, then moves all there at once.
func writeNew(dir string, files []flow.KeptFile, mode fs.FileMode, r *workspace.Report) error {
	parent, base := filepath.Split(filepath.Clean(dir))
	if parent == "" {
		parent = "."
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return noFolder(dir, err)
	}
	part, err := os.MkdirTemp(parent, "."+base+"-*.part")
	if err != nil {
		return noFolder(dir, err)
	}
	defer os.RemoveAll(part)
	if err := writeOver(part, files, mode, r); err != nil {
		return noFolder(dir, err)
	}
	open := fs.FileMode(0o755)
	if mode == 0o600 {
		open = 0o700
	}
	if err := os.Chmod(part, open); err != nil {
		return noFolder(dir, err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty folder makes way
		return noFolder(dir, err)
	}
	if err := os.Rename(part, dir); err != nil {
		return noFolder(dir, err)
	}
	return nil
}

func noFolder(dir string, err error) error {
	return fault.Because(err, "export.write", fmt.Sprintf("The folder %q cannot be written", dir),
		"Everything is safe in the library. Name a folder where you may write and there is space.")
}

// writeOver writes the files that differ. A file that this system does not take
// is told and passed over. Nothing is written through a link that lies in the folder: it
// may lead to any file.
func writeOver(dir string, files []flow.KeptFile, mode fs.FileMode, r *workspace.Report) error {
	folder, err := disk.OpenFolder(dir)
	if err != nil {
		return noFolder(dir, err)
	}
	defer folder.Close()
	root := folder.Root()
	for _, f := range files {
		name := filepath.FromSlash(f.Path)
		if have, err := disk.ReadFS(folder, f.Path, int64(len(f.Data))); err == nil && bytes.Equal(have, f.Data) {
			continue
		}
		_, err := folder.Stat(path.Dir(f.Path))
		if errors.Is(err, fs.ErrNotExist) {
			err = root.MkdirAll(filepath.Dir(name), 0o755)
		}
		if err == nil {
			err = replaceFile(root, name, f.Data, mode)
		}
		if err == nil {
			continue
		}
		if replaceFile(root, "sluice-probe.part", f.Data, mode) != nil { // not the file's own fault
			return noFolder(dir, err)
		}
		if err := root.Remove("sluice-probe.part"); err != nil {
			return noFolder(dir, err)
		}
		why := err
		if e, ok := errors.AsType[*fs.PathError](err); ok {
			why = e.Err
		}
		for i, l := range r.Lines {
			if l.File == f.Path || l.As == f.Path {
				r.Lines[i].What, r.Lines[i].Why = workspace.Refused, "The system does not take it: "+why.Error()+"."
				r.Lines[i].Do = "It is safe in the library. Give it another path there, and export again."
			}
		}
	}
	return nil
}

// replaceFile writes a file whole or not at all.
func replaceFile(root *os.Root, name string, data []byte, mode fs.FileMode) error {
	part := filepath.Join(filepath.Dir(name), ".sluice-"+rand.Text()[:8]+".part")
	err := root.WriteFile(part, data, mode)
	if err == nil {
		err = root.Rename(part, name)
	}
	if err != nil {
		_ = root.Remove(part)
	}
	return err
}
