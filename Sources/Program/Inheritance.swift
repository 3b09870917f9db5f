import Glibc

/// What a process has from its caller, and must not depend on it: put right before the program does anything else.
package enum Inheritance {
    /// Puts descriptors, signals, limits and the mask for new files right.
    ///
    /// What the caller may choose stays: its niceness, how much memory there is, and that SIGHUP and SIGINT do nothing
    /// (`nohup`, a shell's job in the background).
    package static func putRight() {
        openStandardDescriptors()
        resetSignals()
        raiseLimits()
        // What our children make is root's to write, whatever the caller's habits.
        umask(0o022)
    }

    /// Opens those of the descriptors 0 to 2 that are closed. The next file that is opened would be one of them: the lock,
    /// into which messages were then written, or the descriptor that a child is to inherit.
    private static func openStandardDescriptors() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
            // The lowest number that is free is this one. A rescue shell may have no /dev: any descriptor fills the place.
            if unsafe open("/dev/null", O_RDWR) < 0 { _ = unsafe open("/", O_RDONLY) }
        }
    }

    private static func resetSignals() {
        var none = sigset_t()
        unsafe sigemptyset(&none)
        // A signal that is blocked for good could not end a run that only looks.
        unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
        // Where the caller ignores it, the kernel keeps from us what became of our children.
        signal(SIGCHLD, SIG_DFL)
        // Whoever runs us must be able to stop us.
        signal(SIGTERM, SIG_DFL)
        // A reader that goes away (`| head`), and a file that may not grow any more, are errors of the call and no death.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // In the background of a terminal that wants no words from there (`stty tostop`) a run is not to be stopped.
        for stop in [SIGTTOU, SIGTTIN] { signal(stop, SIG_IGN) }
    }

    /// Raises what a caller's shell may have limited (`ulimit`): a limit that is reached in the middle of a change costs the
    /// change, and a DHCP client would inherit it for years.
    private static func raiseLimits() {
        for resource in [RLIMIT_FSIZE, RLIMIT_CPU] { raise(resource, to: .max) }
        // Some programs go through all descriptors that they may have: no more than is usual.
        raise(RLIMIT_NOFILE, to: 1024)
    }

    /// Root may raise any limit, others up to the hard one.
    private static func raise(_ resource: __rlimit_resource, to enough: rlim_t) {
        var limit = rlimit()
        guard unsafe getrlimit(.init(resource.rawValue), &limit) == 0, limit.rlim_cur < enough else { return }
        var raised = rlimit(rlim_cur: enough, rlim_max: max(enough, limit.rlim_max))
        guard unsafe setrlimit(.init(resource.rawValue), &raised) != 0 else { return }
        limit.rlim_cur = min(enough, limit.rlim_max)
        _ = unsafe setrlimit(.init(resource.rawValue), &limit)
    }
}
