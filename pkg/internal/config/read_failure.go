package config

import (
	"errors"
	"io/fs"
	"syscall"
)

// describeReadFailure says why a file could not be read, as the end of a sentence.
func describeReadFailure(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(err, syscall.EISDIR):
		return "it is a directory"
	case errors.Is(err, syscall.ENOTDIR):
		return "part of its path is no directory"
	case errors.Is(err, syscall.ELOOP):
		return "its symbolic links go in a circle"
	}
	return err.Error()
}
