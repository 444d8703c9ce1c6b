package process

import (
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// belowNormal is Windows' BELOW_NORMAL_PRIORITY_CLASS: the child stands back.
const belowNormal = 0x4000

func standBack() {}

func putBack(int) {}

// group gives the child a console group of its own.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP | belowNormal, HideWindow: true}
}

// Quiet keeps a console program from showing a console for a moment, as one does that is
// started by a program without any, which Sluice's window is.
func Quiet(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW}
	return cmd
}

// stepsJob holds all children and what they start. Windows ends them all when
// its last handle is closed, which is when Sluice ends, however it ends.
var stepsJob = sync.OnceValues(func() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}
	var info windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	return job, err
})

type mark struct{}

func newMark() mark { return mark{} }

// limit puts a child under the job. The child waits until that is done.
func limit(pid int, _ mark) {
	job, err := stepsJob()
	if err != nil {
		return
	}
	p, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return
	}
	_ = windows.AssignProcessToJobObject(job, p)
	_ = windows.CloseHandle(p)
}

// The job does what these do elsewhere.
func endJob(mark)                   {}
func endOwn()                       {}
func endLeft(string)                {}
func noteLeft(string) error         { return nil }
func noteChild(int) (forget func()) { return func() {} }

// Terminated reports whether a child was ended by a signal that asks for it: nothing
// there tells.
func Terminated(*exec.ExitError) bool { return false }

// Terminate ends a process with its children, as Kill does: a console program
// cannot be asked politely from outside.
func Terminate(cmd *exec.Cmd) error { return Kill(cmd) }

// Kill ends a process with its children.
func Kill(cmd *exec.Cmd) error {
	if cmd.Process == nil {
		return nil
	}
	err := Quiet(exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid))).Run()
	if kerr := cmd.Process.Kill(); kerr == nil {
		return nil
	}
	return err
}
