package engine

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"sluice/engine/internal/datadir"
)

// While writes are refused, the files of a folder are open for reading only; while
// reads are, for writing only.
func init() {
	refuseWrites, refuseReads = openOnly(syscall.O_RDONLY), openOnly(syscall.O_WRONLY)
}

// openOnly has the open files of a folder be open in one way only.
func openOnly(way int) func(dir string) (heal func(), err error) {
	return func(dir string) (heal func(), err error) {
		files, err := openFiles(filepath.Join(dir, datadir.FileName))
		kept := make(map[int]int)
		heal = func() {
			now, _ := openFiles(filepath.Join(dir, datadir.FileName))
			for fd, was := range kept {
				if now[fd] == files[fd] { // it was not closed meanwhile
					_ = syscall.Dup3(was, fd, syscall.O_CLOEXEC)
				}
				_ = syscall.Close(was)
			}
		}
		for fd, path := range files {
			blind, bad := syscall.Open(path, way|syscall.O_CLOEXEC, 0)
			if bad != nil {
				return heal, bad
			}
			if kept[fd], bad = syscall.Dup(fd); bad == nil {
				bad = syscall.Dup3(blind, fd, syscall.O_CLOEXEC)
			}
			_ = syscall.Close(blind)
			if bad != nil {
				return heal, bad
			}
		}
		return heal, err
	}
}

// openFiles returns the paths of the file and its log by the numbers under which
// this process has them open.
func openFiles(name string) (map[int]string, error) {
	fds, err := os.ReadDir("/proc/self/fd")
	out := make(map[int]string)
	for _, entry := range fds {
		path, err := os.Readlink("/proc/self/fd/" + entry.Name())
		if err != nil || !strings.HasPrefix(path, name) || strings.HasSuffix(path, "-shm") {
			continue
		}
		if fd, err := strconv.Atoi(entry.Name()); err == nil {
			out[fd] = path
		}
	}
	return out, err
}
