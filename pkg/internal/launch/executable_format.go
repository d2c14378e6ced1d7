package launch

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// elfMachines are Go's names for the machines that ELF headers name.
var elfMachines = map[elf.Machine]string{
	elf.EM_386: "386", elf.EM_MIPS: "mips", elf.EM_PPC64: "ppc64", elf.EM_S390: "s390x", elf.EM_ARM: "arm",
	elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64", elf.EM_RISCV: "riscv64", elf.EM_LOONGARCH: "loong64",
}

const headBytes = 256

// whyUnfit says why a file that could not be started, or ended at once, may not be fit for this machine; empty where nothing
// is wrong with its looks. Asked only after the failure: emulators run files that look foreign.
func whyUnfit(path string) string {
	head, err := readHead(path)
	machine := runtime.GOOS + " on " + runtime.GOARCH
	switch text := string(head); {
	case err != nil:
		return ""
	case text == "":
		return path + " is empty"
	case strings.HasPrefix(text, "#!"):
		return whyUnfitScript(path, text)
	case strings.HasPrefix(text, elf.ELFMAG):
		return whyUnfitELF(path, head)
	case isMachO(head):
		if runtime.GOOS == "darwin" {
			return ""
		}
		return fmt.Sprintf("%s is built for macOS, and this is %s", path, machine)
	case strings.HasPrefix(text, "MZ"):
		return fmt.Sprintf("%s is built for Windows, and this is %s", path, machine)
	}
	return path + " is neither a program for this machine nor a script that begins with #!"
}

func readHead(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, headBytes))
}

func whyUnfitScript(path, head string) string {
	line, _, _ := strings.Cut(head[len("#!"):], "\n")
	if strings.HasSuffix(line, "\r") {
		return fmt.Sprintf("the #! line of %s ends in a carriage return: save the file with Unix line ends", path)
	}
	words := strings.Fields(line)
	if len(words) == 0 {
		return fmt.Sprintf("the #! line of %s names no interpreter", path)
	}
	if !mayExecute(words[0]) {
		return fmt.Sprintf("the #! line of %s names %s, which cannot be run here", path, words[0])
	}
	return ""
}

func whyUnfitELF(path string, head []byte) string {
	if runtime.GOOS == "darwin" {
		return fmt.Sprintf("%s is built for Linux, and this is %s on %s", path, runtime.GOOS, runtime.GOARCH)
	}
	const machineOffset = 18
	if len(head) < machineOffset+2 {
		return path + " is cut short"
	}
	var order binary.ByteOrder = binary.LittleEndian
	if elf.Data(head[elf.EI_DATA]) == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	number := elf.Machine(order.Uint16(head[machineOffset:]))
	built, known := elfMachines[number]
	if !known {
		built = fmt.Sprintf("machine %d", number)
	}
	// The two byte orders of these machines share a number.
	if strings.TrimSuffix(runtime.GOARCH, "le") == built || strings.HasPrefix(runtime.GOARCH, "mips") && built == "mips" {
		return ""
	}
	return fmt.Sprintf("%s is built for %s, and this machine is %s", path, built, runtime.GOARCH)
}

func isMachO(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	magic := binary.LittleEndian.Uint32(head)
	return magic == 0xfeedfacf || magic == 0xfeedface || magic == 0xbebafeca
}
