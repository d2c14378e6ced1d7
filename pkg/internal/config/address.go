package config

import (
	"net/netip"
	"regexp"
	"strconv"
)

var (
	addressPattern  = regexp.MustCompile(`^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([^\s:/\[\]@]+)):([0-9]{1,5})$`)
	loopbackPattern = regexp.MustCompile(`^127(\.\d{1,3}){3}$`)
)

// parseAddress reads `host:port`, an IPv6 address being in brackets, which the host comes back without.
func parseAddress(text string) (host string, port int, ok bool) {
	parts := addressPattern.FindStringSubmatch(text)
	if parts == nil {
		return "", 0, false
	}
	port, err := strconv.Atoi(parts[3])
	if err != nil || port < 1 || port > 65_535 {
		return "", 0, false
	}
	if parts[1] == "" {
		return parts[2], port, true
	}
	address, err := netip.ParseAddr(parts[1])
	return parts[1], port, err == nil && address.Is6()
}

// isLoopback tells whether bytes to this host stay on this machine.
func isLoopback(host string) bool {
	return host == "localhost" || host == "::1" || loopbackPattern.MatchString(host)
}
