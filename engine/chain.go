package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"sluice/engine/internal/sqlite"
)

// The entries of a run are a chain: each carries a sum over the sum before it, the
// run, and all that the entry says. So a byte that changed on the disk, an entry that
// was taken out or put in between are found when the run is read, and such a run is
// set aside before anything is done by what its journal says. The sum is the first
// four bytes of a SHA-256: it finds damage, and is no seal against somebody who can
// write the file and knows this page. Entries of before there were sums have none.

// sumOf is the sum of an entry that follows one with the sum before.
func sumOf(before int32, r sqlite.Row) int32 {
	h := sha256.New()
	head := make([]byte, 0, 64)
	head = binary.BigEndian.AppendUint32(head, uint32(before))
	head = append(head, r.Run...)
	head = binary.BigEndian.AppendUint64(head, uint64(r.Seq))
	head = binary.BigEndian.AppendUint64(head, uint64(r.At))
	h.Write(head)
	h.Write([]byte(r.Type + "\x00"))
	h.Write([]byte(r.Data))
	var sum [sha256.Size]byte
	return int32(binary.BigEndian.Uint32(h.Sum(sum[:0])))
}

// chained checks an entry against the sum before it and returns its own. Summed tells
// whether entries before it have sums.
func chained(before int32, summed bool, r sqlite.Row) (int32, error) {
	switch {
	case !r.Sum.Valid && !summed:
		return 0, nil
	case !r.Sum.Valid:
		return 0, fmt.Errorf("entry %d has lost its sum", r.Seq)
	}
	sum := sumOf(before, r)
	if int64(sum) != r.Sum.Int64 {
		return 0, fmt.Errorf("entry %d is not as it was written", r.Seq)
	}
	return sum, nil
}

// rechain makes the sums of a run anew after an erasure changed some of its entries.
func (t *turn) rechain(row sqlite.Run) error {
	var sum int32
	sums := make(map[int]int32)
	for line, err := range t.tx.Journal(row.Key, row.UUID) {
		if err != nil {
			return err
		}
		if !line.Sum.Valid {
			continue
		}
		if sum = sumOf(sum, line); int64(sum) != line.Sum.Int64 {
			sums[line.Seq] = sum
		}
	}
	for seq, s := range sums {
		if err := t.tx.SetSum(row.Key, seq, int64(s)); err != nil {
			return err
		}
	}
	return nil
}
