/* SPDX-License-Identifier: MIT */
/* Which suites a run is for. */
#ifndef E2E_WANTED_H
#define E2E_WANTED_H

#include <stdbool.h>

/*
 * wanted_is: whether NAME stands in KIT_ONLY of the environment, a list with
 * commas; all do without it.
 */
bool wanted_is(const char *name);

#endif
