package launch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dlahoza/pluginart/pkg/fault"
)

var errNotThere = errors.New("does not exist")

// findExecutable is the absolute path of a plugin's executable. path is absolute, or a bare name to look up in
// searchPath, the plugin's own PATH. It fails with STARTUP_FAILED that says what was searched, or why the file cannot be run.
func findExecutable(plugin, path, searchPath string) (string, error) {
	fail := func(what string, cause error) (string, error) {
		return "", &fault.Error{
			Code: fault.StartupFailed, Message: fmt.Sprintf("plugin %q: %s", plugin, what), Cause: cause,
			Origin: fault.Process, Plugin: plugin,
		}
	}
	if strings.Contains(path, "/") {
		err := whyNotExecutable(path)
		switch {
		case err == nil:
			return path, nil
		case strings.Contains(path, " ") && errors.Is(err, errNotThere):
			return fail(err.Error()+"; arguments belong into args", err)
		}
		return fail(err.Error(), err)
	}
	var searched []string
	nearMiss := ""
	for _, directory := range filepath.SplitList(searchPath) {
		if directory == "" {
			continue
		}
		searched = append(searched, directory)
		candidate := filepath.Join(directory, path)
		err := whyNotExecutable(candidate)
		if err == nil {
			return candidate, nil
		}
		if nearMiss == "" && !errors.Is(err, errNotThere) {
			nearMiss = fmt.Sprintf(" (but %s)", err)
		}
	}
	where := "nothing, as PATH is empty"
	if len(searched) > 0 {
		where = strings.Join(searched, ", ")
	}
	return fail(fmt.Sprintf("no executable %q on PATH%s; searched %s. "+
		"A path with a slash, like \"./echo-plugin\", is relative to the config file.", path, nearMiss, where), nil)
}

func whyNotExecutable(path string) error {
	file, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s %w", path, errNotThere)
	case err != nil:
		return fmt.Errorf("%s cannot be run: %w", path, err)
	case file.IsDir():
		return fmt.Errorf("%s is a directory, not an executable", path)
	case !mayExecute(path):
		return fmt.Errorf("%s is not executable; run: chmod +x %s", path, path)
	}
	return nil
}
