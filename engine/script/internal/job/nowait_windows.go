package job

// NoWait is for systems where a name in a folder can be a pipe.
const NoWait = 0
