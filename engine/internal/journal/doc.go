// Package journal reads runs, values and plans back from the file, and checks that
// they are as they were written.
//
// A run is what its entries fold to; each entry carries a sum that chains it to the one
// before (Chain). What cannot be folded is a *Damage, and only of that run. The package
// writes nothing but sums, when an erasure asks for it (Rechain).
package journal
