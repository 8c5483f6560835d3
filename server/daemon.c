/* SPDX-License-Identifier: MIT */
/* Starting and stopping libmicrohttpd, and what it calls. */
#include "server/daemon.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/say.h"
#include "server/exchange.h"
#include "server/layout.h"
#include "server/library.h"

enum {
    SPARE_CONNECTIONS = 16, /* taken in while another one leaves */
    FINISH_LOOKS = 100,     /* how often to look whether all is answered */
    FINISH_NANOSECONDS = 10000000,
    READ_BYTES = 8192, /* a long head, in few pieces: each is moved once */
    REST_NANOSECONDS = 20000000,
    OPTIONS_MAX = 16,
};

struct daemon {
    struct MHD_Daemon *http;
    struct exchange_place place;
    struct deadlines *deadlines;
    int64_t idle;
    atomic_bool running; /* false while libmicrohttpd starts */
    atomic_int connections, exchanges;
};

static struct deadline *deadline_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection,
                                   MHD_CONNECTION_INFO_SOCKET_CONTEXT)
        ->socket_context;
}

/* A connection begins or ends. */
static void see_connection(void *context, struct MHD_Connection *connection,
                           void **socket_context,
                           enum MHD_ConnectionNotificationCode code)
{
    struct daemon *daemon = context;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        atomic_fetch_add(&daemon->connections, 1);
        *socket_context = deadline_begin(daemon->deadlines, info->connect_fd,
                                         daemon->place.patience);
        /* What has no deadline could stay for ever. */
        if (*socket_context == NULL)
            shutdown(info->connect_fd, SHUT_RDWR);
    } else {
        deadline_end(*socket_context);
        atomic_fetch_sub(&daemon->connections, 1);
    }
}

/* A request line has come. */
static void *see_target(void *context, const char *target,
                        struct MHD_Connection *connection)
{
    struct daemon *daemon = context;
    struct exchange *exchange =
        exchange_new(&daemon->place, connection, target);

    if (exchange == NULL)
        return NULL;
    exchange->deadline = deadline_of(connection);
    deadline_cap(exchange->deadline, daemon->place.patience);
    atomic_fetch_add(&daemon->exchanges, 1);
    return exchange;
}

/* The head, a piece of the body, or the end of a request has come. */
static enum MHD_Result see_request(void *context,
                                   struct MHD_Connection *connection,
                                   const char *url, const char *method,
                                   const char *version, const char *bytes,
                                   size_t *len, void **request_context)
{
    /* Without memory for it there is nothing to say. */
    if (*request_context == NULL)
        return MHD_NO;
    return exchange_continue(*request_context, method, version, bytes, len);
}

/* A request is over, answered or not. */
static void see_end(void *context, struct MHD_Connection *connection,
                    void **request_context,
                    enum MHD_RequestTerminationCode code)
{
    struct daemon *daemon = context;
    struct exchange *exchange = *request_context;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);

    if (exchange == NULL)
        return;
    deadline_set(exchange->deadline, daemon->idle);
    exchange_free(exchange, info == NULL ? 0 : info->http_status);
    *request_context = NULL;
    atomic_fetch_sub(&daemon->exchanges, 1);
}

/*
 * What libmicrohttpd complains about: worth a line only while it starts. Later
 * it complains with nobody there when there is no descriptor for a first
 * connection, and tries again without a break: then we make one.
 */
static void see_complaint(void *context, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void see_complaint(void *context, const char *format, va_list args)
{
    const struct timespec rest = {.tv_nsec = REST_NANOSECONDS};
    struct daemon *daemon = context;
    char text[256];

    if (atomic_load(&daemon->running)) {
        if (atomic_load(&daemon->connections) == 0)
            nanosleep(&rest, NULL);
        return;
    }
    if (vsnprintf(text, sizeof text, format, args) <= 0)
        return;
    text[strcspn(text, "\n")] = '\0';
    kit_note("libmicrohttpd: %s", text);
}

/* The options that depend on what was asked for. */
static void fill_options(struct MHD_OptionItem *items,
                         const struct daemon_options *options)
{
    *items++ = layout_option(library_version());
    *items++ = (struct MHD_OptionItem){
        MHD_OPTION_CONNECTION_LIMIT,
        (intptr_t)options->connections + SPARE_CONNECTIONS, NULL};
    *items++ = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_MEMORY_INCREMENT,
                                       READ_BYTES, NULL};
    if (options->key != NULL) {
        *items++ = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0,
                                           options->cert};
        *items++ =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, options->key};
        *items++ = (struct MHD_OptionItem){
            MHD_OPTION_HTTPS_PRIORITIES, 0,
            (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"};
    }
    *items = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
}

/*
 * Starts the one thread that serves all connections; libmicrohttpd chooses
 * between epoll, poll and select.
 */
static int start_http(struct daemon *daemon,
                      const struct daemon_options *options)
{
    struct MHD_OptionItem items[OPTIONS_MAX];
    unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG;

    if (options->key != NULL)
        flags |= MHD_USE_TLS;
    fill_options(items, options);
    daemon->http = MHD_start_daemon(
        flags, 0, NULL, NULL, see_request, daemon, MHD_OPTION_EXTERNAL_LOGGER,
        see_complaint, daemon, MHD_OPTION_LISTEN_SOCKET, options->listener,
        MHD_OPTION_NOTIFY_CONNECTION, see_connection, daemon,
        MHD_OPTION_URI_LOG_CALLBACK, see_target, daemon,
        MHD_OPTION_NOTIFY_COMPLETED, see_end, daemon, MHD_OPTION_ARRAY, items,
        MHD_OPTION_END);
    return daemon->http != NULL ? 0 : -1;
}

/* Gives back all but libmicrohttpd itself. */
static void discard(struct daemon *daemon)
{
    deadlines_stop(daemon->deadlines);
    log_stop(daemon->place.log);
    free(daemon);
}

int daemon_start(struct daemon **daemon, const struct daemon_options *options,
                 struct service *service)
{
    struct daemon *new = calloc(1, sizeof *new);

    *daemon = NULL;
    if (new == NULL) {
        kit_error("no memory for the HTTP server");
        return EX_OSERR;
    }
    new->place.service = service;
    new->place.workers = options->workers;
    new->place.patience = options->patience;
    new->place.is_strict = library_version() >= LIBRARY_STRICT;
    new->idle = options->idle;
    if (log_start(&new->place.log) != 0 ||
        deadlines_start(&new->deadlines, options->connections) != 0) {
        kit_error("the threads beside the HTTP server do not start");
        discard(new);
        return EX_OSERR;
    }
    if (start_http(new, options) != 0) {
        kit_error("the HTTP server does not start%s",
                  options->key != NULL ? ": are certificate and key good?"
                                       : "");
        discard(new);
        return EX_UNAVAILABLE;
    }
    atomic_store(&new->running, true);
    *daemon = new;
    return EX_OK;
}

void daemon_stop(struct daemon *daemon)
{
    const struct timespec moment = {.tv_nsec = FINISH_NANOSECONDS};
    int listener;

    if (daemon == NULL)
        return;
    /* No new connections, and the old ones end with their next answer; logins
       that wait are told so, the others finish. */
    atomic_store(&daemon->place.ending, true);
    listener = MHD_quiesce_daemon(daemon->http);
    if (listener != MHD_INVALID_SOCKET)
        close(listener);
    workers_drop(daemon->place.workers);
    for (int i = 0; i < FINISH_LOOKS && atomic_load(&daemon->exchanges) > 0;
         i++)
        nanosleep(&moment, NULL);
    MHD_stop_daemon(daemon->http);
    discard(daemon);
}
