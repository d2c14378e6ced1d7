package launch

import "sync"

// openHome is what all managers of one process share: one directory for sockets, one guard.
type openHome struct {
	directory *hostDirectory
	guard     *guard
	sweeps    *sweeps
}

// sweeps are what goes on in the background to clean up after dead hosts.
type sweeps struct {
	running    sync.WaitGroup
	containers sync.Once
}

// containersOnce removes the containers of dead hosts, in the background; only the first call does anything.
func (s *sweeps) containersOnce(docker *dockerClient) {
	s.containers.Do(func() { s.running.Go(func() { sweepContainers(docker) }) })
}

// sharedHome is an openHome with those who use it.
type sharedHome struct {
	openHome
	users int
}

var (
	// homeMutex also makes others wait while one opens or closes the home.
	homeMutex sync.Mutex
	shared    *sharedHome
)

// Home is one manager's share in the home of its process: the directory for sockets and the guard. It is made when a plugin
// is first launched, and removed by the last user. The zero Home is ready for use.
type Home struct {
	share *sharedHome
}

// open fails with STARTUP_FAILED. The next one tries anew: a full or missing temporary directory may be mended by then.
func (h *Home) open() (openHome, error) {
	homeMutex.Lock()
	defer homeMutex.Unlock()
	if h.share != nil {
		return h.share.openHome, nil
	}
	if shared == nil {
		home, err := createHome()
		if err != nil {
			return openHome{}, err
		}
		shared = &sharedHome{openHome: home}
		home.sweeps.running.Go(sweepDeadHosts)
	}
	shared.users++
	h.share = shared
	return h.share.openHome, nil
}

// Close is to be called when every process launched with it has ended.
func (h *Home) Close() {
	homeMutex.Lock()
	defer homeMutex.Unlock()
	share := h.share
	h.share = nil
	if share == nil {
		return
	}
	share.users--
	if share.users > 0 {
		return
	}
	shared = nil
	share.directory.remove()
	share.guard.close()
	share.sweeps.running.Wait()
}

func createHome() (openHome, error) {
	path, err := makeHostDirectory()
	if err != nil {
		return openHome{}, err
	}
	// At once, as from here on there is something to clean up after a host that is killed.
	guard := newGuard(path)
	directory, err := holdHostDirectory(path)
	if err != nil {
		guard.close()
		return openHome{}, err
	}
	return openHome{directory, guard, &sweeps{}}, nil
}
