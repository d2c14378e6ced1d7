"""Peers that speak the protocol byte by byte, and the vectors of protocol/vectors."""
