package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// A file whose list of tables is damaged still holds its tables: what is lost is where
// they begin. A file that was made by one version has its tables where every file of
// that version has them, so the list is taken from a fresh one. What lies elsewhere, in
// a file that an older version made, does not fit its table, and is not taken over.

const pageSize = 4096

// lists reports whether a file's list of tables can be read and is whole.
func lists(ctx context.Context, db *sql.DB, want []table) bool {
	rows, err := db.QueryContext(ctx, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
	if err != nil {
		return false
	}
	defer rows.Close()
	have := make(map[string]bool)
	for rows.Next() {
		var name string
		if rows.Scan(&name) != nil {
			return false
		}
		have[name] = true
	}
	for _, t := range want {
		if !have[t.name] {
			return false
		}
	}
	return rows.Err() == nil
}

// relist gives a copy the list of tables of a fresh file of the same version.
func relist(ctx context.Context, name, work string, version int) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	second := make([]byte, 1)
	if _, err := f.ReadAt(second, pageSize*(firstMap-1)); err != nil {
		return err
	}
	fresh := filepath.Join(work, "fresh.db")
	db, err := sql.Open("sqlite", dsn(fresh, "rwc"))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	for _, script := range migrations[:version] {
		if _, err := db.ExecContext(ctx, script); err != nil {
			return errors.Join(err, db.Close())
		}
	}
	if mapped(second) {
		if err := rewrite(ctx, db); err != nil {
			return errors.Join(err, db.Close())
		}
	}
	if err := db.Close(); err != nil {
		return err
	}
	model, err := os.ReadFile(fresh)
	if err != nil {
		return err
	}
	st, err := f.Stat()
	if err != nil {
		return err
	}
	pages, err := treePages(model, 1)
	if err != nil {
		return err
	}
	for _, n := range pages {
		page := model[(n-1)*pageSize : n*pageSize]
		if n == 1 {
			binary.BigEndian.PutUint32(page[28:], uint32(st.Size()/pageSize)) // its length; and no free pages
			clear(page[32:40])
			binary.BigEndian.PutUint32(page[60:], uint32(version)) // user_version
		}
		if _, err := f.WriteAt(page, int64(n-1)*pageSize); err != nil {
			return err
		}
	}
	return f.Sync()
}

// treePages lists the pages of the table whose root is a page, as the file format has
// them (https://www.sqlite.org/fileformat2.html, 1.6).
func treePages(file []byte, root int) ([]int, error) {
	if root < 1 || root*pageSize > len(file) {
		return nil, fmt.Errorf("there is no page %d", root)
	}
	page := file[(root-1)*pageSize : root*pageSize]
	head := page
	if root == 1 {
		head = page[100:]
	}
	out := []int{root}
	if head[0] != 5 { // a leaf
		return out, nil
	}
	children := []int{int(binary.BigEndian.Uint32(head[8:]))}
	for i := range int(binary.BigEndian.Uint16(head[3:])) {
		cell := int(binary.BigEndian.Uint16(head[12+2*i:]))
		children = append(children, int(binary.BigEndian.Uint32(page[cell:])))
	}
	for _, child := range children {
		more, err := treePages(file, child)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}
