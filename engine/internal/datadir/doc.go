// Package datadir holds a data folder: who has it, its one file, and copies of that.
package datadir
