package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"sluice/engine/internal/sqlite"
)

// The entries of a run are a chain: each carries a sum over the sum before it, the
// run, and all that the entry says. So a byte that changed on the disk, an entry that
// was taken out or put in between are found when the run is read, and such a run is
// set aside before anything is done by what its journal says. A run's row keeps the sum
// of the last entry there was when the row was written: with each new status and with
// each vote. So the end of a journal is not cut off unseen, but for what came after. The
// sum is the first four bytes of a SHA-256: it finds damage, and is no seal against
// somebody who can write the file and knows this page. Entries of before there were sums
// have none.

// SumOf is the sum of an entry that follows one with the sum before.
func SumOf(before int32, r sqlite.Row) int32 {
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

// A Chain checks the entries of one run, from the first to the last.
type Chain struct {
	End    sqlite.End // what the run's row knows of the last entry
	seq    int        // of the entry before
	sum    int32
	summed bool // the entry before has a sum
}

// Next checks the entry that follows. After an error the chain goes on from what that
// entry says, so that the next error is another entry's.
func (c *Chain) Next(r sqlite.Row) (err error) {
	before, summed := c.sum, c.summed
	c.seq, c.sum, c.summed = r.Seq, int32(r.Sum.Int64), r.Sum.Valid
	switch {
	case !r.Sum.Valid && summed, !r.Sum.Valid && r.Seq == c.End.Seq:
		return fmt.Errorf("entry %d has lost its sum", r.Seq)
	case r.Sum.Valid && int64(SumOf(before, r)) != r.Sum.Int64, r.Seq == c.End.Seq && r.Sum.Int64 != c.End.Sum:
		return fmt.Errorf("entry %d is not as it was written", r.Seq)
	}
	return nil
}

// Whole checks that what the run's row saw of the journal is there.
func (c *Chain) Whole() error {
	if c.seq < c.End.Seq {
		return fmt.Errorf("its journal ends at entry %d; there were at least %d", c.seq, c.End.Seq)
	}
	return nil
}

// mostNamed bounds how many changed entries of one run are told.
const mostNamed = 20

// changed names every entry of a run that is not as it was written, up to mostNamed.
func changed(v sqlite.View, row sqlite.Run) (out []string, err error) {
	c := Chain{End: row.End}
	more := 0
	tell := func(err error) {
		if len(out) == mostNamed {
			more++
			return
		}
		out = append(out, err.Error())
	}
	for line, err := range v.Journal(row.Key, row.UUID) {
		if err != nil {
			return nil, err
		}
		if want := c.seq + 1; line.Seq != want {
			tell(fmt.Errorf("entry %d is followed by entry %d", c.seq, line.Seq))
		}
		if err := c.Next(line); err != nil {
			tell(err)
		}
	}
	if err := c.Whole(); err != nil {
		tell(err)
	}
	if more > 0 {
		out = append(out, fmt.Sprintf("and %d more entries", more))
	}
	return out, nil
}

// Rechain makes the sums of a run anew after an erasure changed some of its entries.
func Rechain(tx *sqlite.Tx, row sqlite.Run) error {
	var sum int32
	sums := make(map[int]int32)
	for line, err := range tx.Journal(row.Key, row.UUID) {
		if err != nil {
			return err
		}
		if !line.Sum.Valid {
			continue
		}
		if sum = SumOf(sum, line); int64(sum) != line.Sum.Int64 {
			sums[line.Seq] = sum
		}
	}
	for seq, s := range sums {
		if err := tx.SetSum(row.Key, seq, int64(s)); err != nil {
			return err
		}
	}
	if end, ok := sums[row.End.Seq]; ok {
		return tx.SetEndSum(row.Key, int64(end))
	}
	return nil
}
