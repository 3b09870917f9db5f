#ifndef CLINUX_H
#define CLINUX_H
#include <linux/ethtool.h>
#include <linux/sockios.h>
#endif
