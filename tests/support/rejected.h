/* SPDX-License-Identifier: MIT */
/*
 * The status that a test expects.
 *
 * A malformed request may be rejected by the server or by its HTTP library. The
 * versions of the library differ in the status, the body and how they end the
 * connection. What matters is that it is rejected: 4xx, 5xx, or no answer. The
 * caller must check that nothing was executed.
 */
#ifndef TESTS_SUPPORT_REJECTED_H
#define TESTS_SUPPORT_REJECTED_H

#include <stdbool.h>

enum { REFUSED = 0 }; /* for WANTED: rejected in any of these ways */

/*
 * status_fits: whether STATUS is WANTED or, if that is REFUSED, a rejection.
 * STATUS is 0 if the connection ended without an answer.
 */
static inline bool status_fits(int status, int wanted)
{
    if (wanted != REFUSED)
        return status == wanted;
    return status == 0 || (status >= 400 && status < 600);
}

#endif
