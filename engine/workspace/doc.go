// Package workspace turns a folder tree in the layout of Windmill's command
// line client into flows, scripts, resources and variables, and back. It is
// pure: it reads the file system it is handed and returns files as bytes.
//
// # What comes in goes out
//
// Every file of a folder is kept as it came, also those that became something
// in the library. [Write] reads the kept files again by the same rules as [Read]:
// an item that still equals what its files say is given back by these files,
// byte for byte, with their comments and their style. An item that was changed
// is written anew in their place, by the names and with the other fields that
// they have. So no field of the layout needs a place in the library, and the
// library needs no memory of what a file looked like.
//
// # Bad files
//
// A file that cannot be used never stops the rest. It is kept, given back by
// Write, and told in the Report, which has a line for each file: what happened
// to it, why, and what one can do.
//
// # Names
//
// Inside, names are as their authors chose them. Files are written under names
// that every system can hold (see [SafeName]), and read back to what they stood
// for.
//
// # Secrets
//
// Write never writes the value of a secret variable of the library, nor what
// looks like a credential that was entered into a resource, unless it is asked
// to. The files that these came in go back byte for byte: a push of the folder
// would empty in Windmill what a file holds no value for, and delete what has no
// file (seen with windmill-cli 1.819.0).
package workspace
