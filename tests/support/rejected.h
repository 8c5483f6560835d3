/* SPDX-License-Identifier: MIT */
/*
 * What tests demand of the answer to a request.
 *
 * A malformed one may be rejected by the server or by its HTTP library, whose
 * versions differ in status, body and how they end the connection. What
 * matters is that it is rejected: 4xx, 5xx, or no answer. The caller sees for
 * itself that nothing was executed.
 */
#ifndef TESTS_SUPPORT_REJECTED_H
#define TESTS_SUPPORT_REJECTED_H

#include <stdbool.h>

enum { REFUSED = 0 }; /* a status WANTED: rejected in whichever way */

/*
 * status_fits: whether STATUS, 0 where the connection ended without an answer,
 * is WANTED or, for REFUSED, a rejection.
 */
static inline bool status_fits(int status, int wanted)
{
    if (wanted != REFUSED)
        return status == wanted;
    return status == 0 || (status >= 400 && status < 600);
}

#endif
