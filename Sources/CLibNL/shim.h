#ifndef CLIBNL_SHIM_H
#define CLIBNL_SHIM_H

// The C library's own module comes first: else its types count as this module's, and a file that imports only Glibc
// cannot see them any more.
#if __has_feature(modules)
#pragma clang module import SwiftGlibc
#endif

#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <linux/if_addr.h>
#include <linux/if_bonding.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#endif
