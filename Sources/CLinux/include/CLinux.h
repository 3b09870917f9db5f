#ifndef CLINUX_H
#define CLINUX_H

// The C library's own module comes first: else its types count as this module's, and a file that imports only Glibc
// cannot see them any more.
#if __has_feature(modules)
#pragma clang module import SwiftGlibc
#endif

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

// Swift cannot call variadic functions, and imports struct ifreq without the union member ifr_data.
// Returns 0, or the error number.
static inline int clinux_ethtool(int socket, const char *device, void *command) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, device, sizeof request.ifr_name - 1);
    request.ifr_data = (char *)command;
    return ioctl(socket, SIOCETHTOOL, &request) == 0 ? 0 : errno;
}

#endif
