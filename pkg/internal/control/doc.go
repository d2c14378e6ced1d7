// Package control has the control messages of the protocol, as protocol/pluginart.fbs declares them: plain values and
// their checked codecs.
package control
