package engine

// refuseWrites is nil: no process can have this system refuse its writes.
var refuseWrites func() (heal func(), err error)
