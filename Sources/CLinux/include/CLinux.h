#ifndef CLINUX_H
#define CLINUX_H

// The C library's own module comes first: else its types count as this module's, and a file that imports only Glibc
// cannot see them any more.
#if __has_feature(modules)
#pragma clang module import SwiftGlibc
#endif

#include <sys/xattr.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <spawn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// ioctl(2) has a variable argument, which Swift cannot pass, and struct ifreq is all unions.
static inline int clinux_ethtool(int socket, const char *device, void *command) {
    struct ifreq request = {0};
    strncpy(request.ifr_name, device, IFNAMSIZ - 1);
    request.ifr_data = (char *)command;
    return ioctl(socket, SIOCETHTOOL, &request);
}

// memfd_create(2), of Linux 3.17, closed on exec: glibc declares it for _GNU_SOURCE only. A host can ask for files that
// cannot be run (vm.memfd_noexec), by a flag that kernels before 6.3 do not know.
static inline int clinux_memory_file(const char *name) {
    const unsigned close_on_exec = 1, not_executable = 8;
    long file = syscall(SYS_memfd_create, name, close_on_exec | not_executable);
    if (file < 0 && errno == EINVAL) {
        file = syscall(SYS_memfd_create, name, close_on_exec);
    }
    return (int)file;
}

// Gives a file a name that no file has: renameat2(2), of Linux 3.15, which glibc declares for _GNU_SOURCE only.
static inline int clinux_move(const char *path, const char *name) {
    const unsigned no_replace = 1;
    return (int)syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, name, no_replace);
}

// glibc declares these for _GNU_SOURCE only, without which Swift imports its headers. The tests use them.
int unshare(int flags);
int setns(int descriptor, int type);

// setresuid(2) of the calling thread alone, for the tests; the C library's function changes all threads. The saved user
// stays root, which is the way back.
static inline int clinux_become(unsigned user) {
    return (int)syscall(SYS_setresuid, user, user, 0);
}

// Notes a signal of a number below 32, on whatever thread it comes, instead of what it does otherwise; and lets it do that
// again. Two calls with the same signal must not be under way at once.
void clinux_collect_signal(int signal);
void clinux_release_signal(int signal);

// The signals that were noted since they were last forgotten: bit n stands for signal n.
unsigned clinux_collected_signals(void);
void clinux_forget_signals(void);
// The C library declares it for _GNU_SOURCE alone, which its module in Swift is not made with.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);

// Has a child begin in a directory.
static inline int clinux_spawn_in(posix_spawn_file_actions_t *actions, const char *directory) {
    return posix_spawn_file_actions_addchdir_np(actions, directory);
}

#endif
