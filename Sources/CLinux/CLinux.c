#include "CLinux.h"

#include <signal.h>
#include <stdatomic.h>

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
