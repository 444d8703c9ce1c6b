// Package child runs scripts in processes of their own, by the interpreters of this
// computer: Python and Bash.
//
// A child gets an environment made from nothing, the job's own folder, and what is
// meant for it alone, its arguments and its token among it, in a pipe, where nobody
// else reads it (child.hand). Its script begins once limits are set. Its result is
// a file, or what it prints, and is read as something a stranger left there.
package child
