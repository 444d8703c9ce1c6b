package windmill

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/fault"
)

// stored is a kind of thing that lies in the library under a path: what the
// calls about resources and those about variables have in common.
type stored struct {
	word   string // "resource"
	exists func(ctx context.Context, path string) (bool, error)
	remove func(ctx context.Context, path string) error
}

// byPath has a call answered that names a thing by the rest of its path.
func byPath(answer func(c call, path string) error) func(call) error {
	return func(c call) error {
		p, err := named(c.r.PathValue("path"))
		if err != nil {
			return err
		}
		return answer(c, p)
	}
}

func named(p string) (string, error) {
	if p == "" || len(p) > 255 || strings.ContainsFunc(p, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", fault.New("api.path", "That is not a path of the library", "A path looks like u/me/name or f/team/name.")
	}
	return p, nil
}

// has answers whether there is such a thing.
func (s stored) has(c call, path string) error {
	ok, err := s.exists(c.r.Context(), path)
	if err != nil {
		return err
	}
	return c.writeJSON(ok)
}

// delete takes one away.
func (s stored) delete(c call, path string) error {
	if err := s.must(c, path, "Nothing was changed."); err != nil {
		return err
	}
	if err := s.remove(c.r.Context(), path); err != nil {
		return err
	}
	return c.writeText(http.StatusOK, s.word+" "+path+" deleted")
}

// must is an error where there is no such thing.
func (s stored) must(c call, path, hint string) error {
	there, err := s.exists(c.r.Context(), path)
	if err == nil && !there {
		err = fault.Newf(fault.Code(s.word+".unknown"), hint, "There is no %s %s", s.word, path)
	}
	return err
}

// free is an error where a path is taken.
func (s stored) free(c call, path, hint string) error {
	there, err := s.exists(c.r.Context(), path)
	if err == nil && there {
		err = fault.Newf("api.exists", hint, "The %s %s exists already", s.word, path)
	}
	return err
}

// change is an error where what is to be changed is not there, or would get
// another path.
func (s stored) change(c call, path, wanted string) error {
	if wanted != "" && wanted != path {
		return fault.Newf("api.rename", "Create one under the new path and delete the old one. Nothing was changed.",
			"A %s cannot get another path this way", s.word)
	}
	return s.must(c, path, "Create it first. Nothing was changed.")
}

// edits are whom a thing is shared with, as clients see it: nobody.
type edits struct{}

// among reports whether a word is one of a list with commas.
func among(word, list string) bool { return slices.Contains(strings.Split(list, ","), word) }

// about returns which things a list call asks for, by path and description. Filters
// that cannot be applied are refused: who changes what a list tells would change
// too much.
func (c call) about(cannot ...string) (func(path, text string) bool, error) {
	q := c.r.URL.Query()
	for _, name := range append(cannot, "broad_filter", "label") {
		if q.Get(name) != "" {
			return nil, errFilter(name)
		}
	}
	text := strings.ToLower(q.Get("description"))
	return func(path, said string) bool {
		for _, exact := range []string{q.Get("path"), q.Get("path_exact")} {
			if exact != "" && exact != path {
				return false
			}
		}
		return strings.HasPrefix(path, q.Get("path_start")) && strings.Contains(strings.ToLower(said), text)
	}, nil
}

func errFilter(name string) error {
	return fault.Newf("api.filter", "Leave it out and choose among the answers.", "A list cannot be chosen by %s", name)
}

// pageOf answers with the part of a list that the call asks for.
func pageOf[T any](c call, all []T) error {
	page, each, err := c.paging(1000)
	if err != nil {
		return err
	}
	from := min((page-1)*each, len(all))
	return c.writeJSON(all[from:min(from+each, len(all))])
}

// paging reads which page is asked for, from 1, and how long pages are.
func (c call) paging(each int) (page, per int, err error) {
	page, per = 1, each
	for name, to := range map[string]*int{"page": &page, "per_page": &per} {
		if v := c.r.URL.Query().Get(name); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 0 || n > 1_000_000 {
				return 0, 0, fault.Newf("api.page", "", "%s must be a whole number from 1", name)
			}
			*to = max(n, 1) // clients count from 1, and some send 0 for the first
		}
	}
	return page, min(per, 10_000), nil
}
