package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"syscall"

	"sluice/engine/fault"
)

// checkListen refuses an address that no listener could have.
func checkListen(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fault.Because(err, "listen.address", fmt.Sprintf("%q is no address to listen at", addr),
			"Nothing was started. Write it as HOST:PORT, like 127.0.0.1:8466; port 0 takes any free one.")
	}
	return nil
}

// whyNoPort says what keeps a listener from an address, as far as the system tells. The
// numbers are those of Windows.
func whyNoPort(err error) string {
	errno, _ := errors.AsType[syscall.Errno](err)
	_, unknown := errors.AsType[*net.DNSError](err)
	switch {
	case unknown:
		return "That name leads to no address."
	case errno == syscall.EADDRNOTAVAIL || errno == 10049:
		return "That address is not one of this computer's."
	case errno == syscall.EACCES || errno == 10013:
		return "The system does not let you have that port."
	case errno == syscall.EADDRINUSE || errno == 10048:
		return "Another program may hold that port."
	}
	return "The system refuses it."
}

// reachable is a listener's address as a browser on this computer can open it:
// a listener on all addresses is reached by the loopback.
func reachable(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if !ok || !t.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(t.Port))
}

// checkBase refuses an address that could not stand in a mail.
func checkBase(base string) error {
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return fault.Newf("base.url", "Write it as https://host or https://host/path.", "%q is no public address", base)
	}
	return nil
}
