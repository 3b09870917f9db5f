#include "CLinux.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>

// Swift's runtime looks for its own file before the program begins, and aborts where /proc does not tell it, as in a rescue
// shell. Of what a program does this is the very first.
static void require_proc(int count, char **arguments, char **environment) {
    (void)environment;
    char byte;
    if (readlink("/proc/self/exe", &byte, 1) > 0) {
        return;
    }
    const char *name = count > 0 ? arguments[0] : "interface-reconfigure";
    const char *slash = strrchr(name, '/');
    dprintf(STDERR_FILENO, "%s: /proc is not mounted, so nothing was done; run `mount -t proc proc /proc` and try again\n",
            slash ? slash + 1 : name);
    _exit(1);
}

__attribute__((section(".preinit_array"), used)) static void (*const before_all)(int, char **, char **) = require_proc;

// The signals that came in while they were collected: a bit each. All that a handler may do is to set one.
static atomic_uint collected;
// What each did before.
static struct sigaction before[32];

static void collect(int signal) { atomic_fetch_or(&collected, 1u << signal); }

void clinux_collect_signal(int signal) {
    // System calls that can go on after a signal do: the caller's threads need not know of it.
    struct sigaction action = {.sa_handler = collect, .sa_flags = SA_RESTART};
    sigaction(signal, &action, &before[signal]);
}

void clinux_release_signal(int signal) { sigaction(signal, &before[signal], 0); }

unsigned clinux_collected_signals(void) { return atomic_load(&collected); }

void clinux_forget_signals(void) { atomic_store(&collected, 0); }
