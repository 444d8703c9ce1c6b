package sqlite

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// SchemaError tells how the schema of a file differs from what its version's migrations
// make: a trigger or view would act on what Sluice does, and without a table it cannot go on.
type SchemaError struct{ Differs []string }

func (e *SchemaError) Error() string { return strings.Join(e.Differs, "; ") }

// schemaText is the whole schema of a file as one text, but for the tables of SQLite's own.
const schemaText = `SELECT COALESCE(group_concat(line, char(10)), '') FROM (
	SELECT type || ' ' || name || ' ' || tbl_name || ' ' || COALESCE(sql, '') AS line FROM sqlite_schema
	WHERE ` + notSQLites + ` ORDER BY type, name)`

const notSQLites = `NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4'))`

// schemaSum is the sum of schemaText in a new file of Version; a test tells it anew. By it
// a start compares without making a file. What has another sum is looked at closely: it
// may have other blanks only.
const schemaSum = "e494e479a9002df35d0c2df76207c8a960a9b7f3614200b22905f50e4ecb6392"

// querier is what all that reads a file has.
type querier func(query string) (*sql.Rows, error)

// asMade says SchemaError of a file that has another schema than its version makes, and
// ErrNewer of one of a version to come.
func asMade(db *sql.DB) error {
	var version int
	if err := db.QueryRow(`PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	switch {
	case version < 1: // it is new
		return nil
	case version > Version:
		return fmt.Errorf("version %d: %w", version, ErrNewer)
	}
	var text string
	if err := db.QueryRow(schemaText).Scan(&text); err != nil {
		return err
	}
	if version == Version && sumOf(text) == schemaSum {
		return nil
	}
	return ownSchema(func(q string) (*sql.Rows, error) { return db.Query(q) }, version)
}

// ForeignSchema tells each difference between the schema of the file and what Sluice
// makes. missing says that something of Sluice's is not there, or is another thing.
func (v View) ForeignSchema() (differs []string, missing bool, err error) {
	differs, missing, err = differences(func(q string) (*sql.Rows, error) { return v.q.query(q) }, Version)
	return differs, missing, err
}

// ownSchema says SchemaError where the schema of a file is not what the migrations make.
func ownSchema(query querier, version int) error {
	differs, _, err := differences(query, version)
	if err == nil && len(differs) > 0 {
		err = &SchemaError{differs}
	}
	return err
}

// differences compares the schema of a file with what the migrations make.
func differences(query querier, version int) (differs []string, missing bool, err error) {
	ours, err := schemaMade(version)
	if err != nil {
		return nil, false, err
	}
	theirs, err := schemaOf(query)
	if err != nil {
		return nil, false, err
	}
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		text, known := ours[name]
		switch {
		case !known:
			differs = append(differs, name+" is not Sluice's")
		case text != theirs[name]:
			differs, missing = append(differs, name+" is not as Sluice makes it"), true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ours)) {
		if _, ok := theirs[name]; !ok {
			differs, missing = append(differs, name+" is missing"), true
		}
	}
	return differs, missing, nil
}

// made keeps what schemaMade found, by version: to run all migrations takes longer than
// to read a small file.
var made sync.Map

// schemaMade is what the migrations up to a version make. It is for reading only.
func schemaMade(version int) (map[string]string, error) {
	if kept, ok := made.Load(version); ok {
		return kept.(map[string]string), nil
	}
	schema, err := runMigrations(version)
	if err == nil {
		made.Store(version, schema)
	}
	return schema, err
}

func runMigrations(version int) (map[string]string, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection has a memory of its own
	for _, script := range migrations[:version] {
		if _, err := db.Exec(script); err != nil {
			return nil, err
		}
	}
	return schemaOf(func(q string) (*sql.Rows, error) { return db.Query(q) })
}

// schemaOf returns what a file's tables, indexes, triggers and views are made
// by. What SQLite made for itself, the indexes of keys and the figures of
// ANALYZE, has no text or a fixed one.
func schemaOf(query querier) (map[string]string, error) {
	rows, err := query(`SELECT type, name, tbl_name, COALESCE(sql, '') FROM sqlite_schema WHERE ` + notSQLites)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var kind, name, table, text string
		if err := rows.Scan(&kind, &name, &table, &text); err != nil {
			return nil, err
		}
		out["the "+kind+" "+name] = table + " " + strings.Join(strings.Fields(text), " ")
	}
	return out, rows.Err()
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
