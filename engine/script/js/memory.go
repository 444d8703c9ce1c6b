package js

import (
	"crypto/rand"
	"encoding/binary"
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
	"modernc.org/quickjs"
)

// memory is all that one virtual machine has allocated. After keep, restore puts
// the machine back to that moment, byte by byte: what a job did to it is gone,
// as in a machine that was just made, at a fifth of the cost of making one.
//
// The engine allocates through a table of functions that it does not export;
// ours take their places in it. They go to the same allocator, and for machines
// that were not made by newVM they do nothing else. That they are called there is
// looked at when a worker starts (restores).
type memory struct {
	vm    *quickjs.VM
	tls   *libc.TLS
	pin   runtime.Pinner
	fresh map[uintptr]struct{} // blocks made since keep
	kept  map[uintptr][]byte   // blocks of that moment, with what was in them: never freed before the end
	full  bool                 // a block was refused since restore: an error may come of it
}

//go:linkname allocator modernc.org/libquickjs._def_malloc_funcs
var allocator lib.TJSMallocFunctions

// awake is the memory of the machine that is being made.
var awake *memory

var takeAllocator = sync.OnceFunc(func() {
	allocator.Fjs_malloc = address(jsMalloc)
	allocator.Fjs_free = address(jsFree)
	allocator.Fjs_realloc = address(jsRealloc)
})

// newVM makes a virtual machine whose memory can be put back. No other goroutine
// may use the engine meanwhile; in a worker there is none.
func newVM() (*quickjs.VM, *memory, error) {
	takeAllocator()
	m := &memory{fresh: map[uintptr]struct{}{}}
	m.pin.Pin(m) // the engine's own state holds its address
	awake = m
	vm, err := quickjs.NewVM()
	awake = nil
	m.vm = vm
	return vm, m, err
}

// keep notes this moment as the one to come back to.
func (m *memory) keep() {
	m.kept = make(map[uintptr][]byte, len(m.fresh))
	for p := range m.fresh {
		m.kept[p] = append([]byte(nil), block(p)...)
	}
	clear(m.fresh)
}

// restore puts everything back to how it was at keep, but for the seed of
// Math.random: no two jobs draw the same numbers.
func (m *memory) restore() {
	m.full = false
	for p := range m.fresh {
		libc.Xfree(m.tls, p)
	}
	clear(m.fresh)
	for p, was := range m.kept {
		copy(block(p), was)
	}
	m.seed()
}

func (m *memory) seed() {
	var b [8]byte
	rand.Read(b[:])
	m.context().Frandom_state = binary.NativeEndian.Uint64(b[:]) | 1 // zero would stay zero
}

// context is the engine's own part of the machine.
func (m *memory) context() *lib.TJSContext {
	return at[lib.TJSContext](uintptr(reflect.ValueOf(m.vm).Elem().FieldByName("cContext").Uint()))
}

// state is the engine's count of its memory.
func (m *memory) state() *lib.TJSMallocState {
	return &at[lib.TJSRuntime](m.context().Frt).Fmalloc_ctx.Fmalloc_state
}

// close ends the machine.
func (m *memory) close() {
	for p := range m.kept {
		m.fresh[p] = struct{}{}
	}
	m.kept = nil
	_ = m.vm.Close()
	m.pin.Unpin()
}

// of returns the memory that an allocation belongs to; nil for a machine that
// newVM did not make.
func of(state *lib.TJSMallocState) *memory {
	if state.Fopaque == 0 {
		return nil
	}
	return at[memory](state.Fopaque)
}

func refused(state *lib.TJSMallocState) {
	if m := of(state); m != nil {
		m.full = true
	}
}

func jsMalloc(tls *libc.TLS, s uintptr, n lib.Tsize_t) uintptr {
	state := at[lib.TJSMallocState](s)
	if awake != nil && state.Fopaque == 0 { // the first of all: the engine copies this state to its place
		awake.tls = tls
		state.Fopaque = uintptr(unsafe.Pointer(awake))
	}
	if state.Fmalloc_size+n > state.Fmalloc_limit {
		refused(state)
		return 0
	}
	p := libc.Xmalloc(tls, libc.Tsize_t(n))
	if p == 0 {
		return 0
	}
	state.Fmalloc_count++
	state.Fmalloc_size += size(p)
	if m := of(state); m != nil {
		m.fresh[p] = struct{}{}
	}
	return p
}

func jsFree(tls *libc.TLS, s, p uintptr) {
	if p == 0 {
		return
	}
	state := at[lib.TJSMallocState](s)
	state.Fmalloc_count--
	state.Fmalloc_size -= size(p)
	if m := of(state); m != nil {
		if _, kept := m.kept[p]; kept {
			return
		}
		delete(m.fresh, p)
	}
	libc.Xfree(tls, p)
}

func jsRealloc(tls *libc.TLS, s, p uintptr, n lib.Tsize_t) uintptr {
	switch {
	case n == 0:
		jsFree(tls, s, p)
		return 0
	case p == 0:
		return jsMalloc(tls, s, n)
	}
	state := at[lib.TJSMallocState](s)
	before := size(p)
	if state.Fmalloc_size+n-before > state.Fmalloc_limit {
		refused(state)
		return 0
	}
	m := of(state)
	if m != nil && m.kept[p] != nil {
		q := jsMalloc(tls, s, n)
		if q != 0 {
			copy(block(q), block(p)[:min(before, n)])
			jsFree(tls, s, p)
		}
		return q
	}
	q := libc.Xrealloc(tls, p, libc.Tsize_t(n))
	if q == 0 {
		return 0
	}
	state.Fmalloc_size += size(q) - before
	if m != nil {
		delete(m.fresh, p)
		m.fresh[q] = struct{}{}
	}
	return q
}

func size(p uintptr) lib.Tsize_t { return lib.Tsize_t(libc.Xmalloc_usable_size(nil, p)) }

func block(p uintptr) []byte { return unsafe.Slice(at[byte](p), size(p)) }

// at is what lies at an address that Go's own memory does not hold.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

// address is how the translated engine knows a function.
func address(f any) uintptr { return (*[2]uintptr)(unsafe.Pointer(&f))[1] }
