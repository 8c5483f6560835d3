/* SPDX-License-Identifier: MIT */
/* Checks the user names that people type. */
#ifndef KIT_NAME_H
#define KIT_NAME_H

#include "backends/crypto.h"

/*
 * kit_name_check: returns 0 if NAME is a NAME (protocol.md section 1).
 * Otherwise returns -1 and prints on standard error what is wrong with it: for
 * "Bob", that names are in lower case. NAME must not be NULL.
 */
int kit_name_check(const char *name) KIT_MUST_CHECK;

#endif
