"""What a process asks of the kernel for itself."""

import ctypes
import os
import resource
import signal

PR_SET_PDEATHSIG = 1
MEGABYTE = 1024 * 1024


def end_with(parent: int) -> None:
    """Be killed when the parent process ends, however that happens.  `parent` is the id of who started this one."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def limit_memory(megabytes: int) -> None:
    """Bound the data segment, and leave no core file.  A bound of the address space (RLIMIT_AS) would break V8."""
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
