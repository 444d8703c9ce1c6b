package main

import (
	"os"
	"sync"

	"sluice/engine/disk"
)

// diaryMost is how long Sluice's own log may be. One that is longer is put aside, in the
// place of the one before, and another begun.
const diaryMost = 10 << 20

// diary is Sluice's own log. It takes what it is given, and tells of no error: there is
// nobody to tell.
type diary struct {
	name string

	mu   sync.Mutex
	f    *os.File
	size int64
}

func openDiary(name string) (*diary, error) {
	d := &diary{name: name}
	return d, d.open()
}

func (d *diary) open() (err error) {
	if d.f, err = disk.OpenToAdd(d.name); err != nil {
		return err
	}
	if st, err := d.f.Stat(); err == nil {
		d.size = st.Size()
	}
	return nil
}

// Write adds to the log.
func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.f != nil && d.size > 0 && d.size+int64(len(p)) > diaryMost {
		_ = d.f.Close() // a file that is open cannot be renamed everywhere
		_ = os.Rename(d.name, d.name+".1")
		d.f, d.size = nil, 0
		_ = d.open()
	}
	if d.f == nil {
		return len(p), nil
	}
	n, err := d.f.Write(p)
	d.size += int64(n)
	return n, err
}

// Close ends the log.
func (d *diary) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.f == nil {
		return nil
	}
	f := d.f
	d.f = nil
	return f.Close()
}
