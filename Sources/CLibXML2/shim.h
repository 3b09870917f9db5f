#ifndef CLIBXML2_SHIM_H
#define CLIBXML2_SHIM_H

// The C library's own module comes first: else its types count as this module's, and a file that imports only Glibc
// cannot see them any more.
#if __has_feature(modules)
#pragma clang module import SwiftGlibc
#endif

#include <libxml/xmlversion.h>
// Debian's libxml2 is built with ICU and its headers show ICU's types, which Foundation has as well, in another version.
// Nothing here converts character sets.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/tree.h>

#endif
