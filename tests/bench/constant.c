/* SPDX-License-Identifier: MIT */
/*
 * A server that shows how fast libmicrohttpd alone is. It answers every POST
 * with the same bytes, as many as message 4 has. It prints its address, and
 * exits at the end of its standard input.
 */
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/streams.h"

enum { M4_BYTES = 470 };

static struct MHD_Response *response;

static enum MHD_Result answer(void *context, struct MHD_Connection *connection,
                              const char *url, const char *method,
                              const char *version, const char *bytes,
                              size_t *len, void **request)
{
    static int seen;

    /* The first call is for the head, more calls are for pieces of the body,
       and the last call is for the answer. */
    if (*request == NULL) {
        *request = &seen;
        return MHD_YES;
    }
    if (*len > 0) {
        *len = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, 200, response);
}

int main(void)
{
    static char body[M4_BYTES];
    struct MHD_Daemon *daemon;
    char byte;

    kit_streams_open();
    memset(body, 'x', sizeof body);
    body[0] = '{';
    body[sizeof body - 1] = '}';
    response = MHD_create_response_from_buffer(sizeof body, body,
                                               MHD_RESPMEM_PERSISTENT);
    daemon = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL,
                              answer, NULL, MHD_OPTION_CONNECTION_LIMIT, 1040u,
                              MHD_OPTION_END);
    if (daemon == NULL || response == NULL ||
        !MHD_add_response_header(response, "Content-Type",
                                 "application/json")) {
        fprintf(stderr, "cannot start libmicrohttpd: free memory or close "
                        "other programs\n");
        return EX_UNAVAILABLE;
    }
    printf(
        "listening on http://127.0.0.1:%u\n",
        (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    MHD_stop_daemon(daemon);
    return EX_OK;
}
