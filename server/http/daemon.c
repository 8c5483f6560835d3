/* SPDX-License-Identifier: MIT */
/* Starting and stopping libmicrohttpd, and its callbacks. */
#include "server/http/daemon.h"

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
#include "server/http/exchange.h"
#include "server/http/head.h"
#include "server/http/library.h"

enum {
    SPARE_CONNECTIONS = 16,        /* accepted while others are being closed */
    FINISH_POLLS = 100,            /* checks whether all answers are sent */
    FINISH_NANOSECONDS = 10000000, /* between two of these checks */
    /* libmicrohttpd enlarges a connection's buffer by this many bytes at a
       time. Each time it copies the head, so the steps must not be small.
       Version 1.0.10 permits at most a quarter. */
    READ_BYTES = DAEMON_MEMORY / 4,
    PAUSE_NANOSECONDS = 20000000, /* see on_log */
    OPTIONS_MAX = 16,
};

struct daemon {
    struct MHD_Daemon *http;
    struct exchange_context context;
    struct deadlines *deadlines;
    int64_t idle_timeout;
    atomic_bool running; /* false while libmicrohttpd starts */
    atomic_int connections, exchanges;
};

static struct deadline *deadline_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection,
                                   MHD_CONNECTION_INFO_SOCKET_CONTEXT)
        ->socket_context;
}

/* libmicrohttpd accepted or closed a connection. */
static void on_connection(void *context, struct MHD_Connection *connection,
                          void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct daemon *daemon = context;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        atomic_fetch_add(&daemon->connections, 1);
        *socket_context = deadline_begin(daemon->deadlines, info->connect_fd,
                                         daemon->context.timeout);
        /* No memory for a deadline: the connection could stay open forever. */
        if (*socket_context == NULL)
            shutdown(info->connect_fd, SHUT_RDWR);
    } else {
        deadline_end(*socket_context);
        atomic_fetch_sub(&daemon->connections, 1);
    }
}

/* A request line has arrived. */
static void *on_target(void *context, const char *target,
                       struct MHD_Connection *connection)
{
    struct daemon *daemon = context;
    struct exchange *exchange =
        exchange_new(&daemon->context, connection, target);

    if (exchange == NULL)
        return NULL;
    exchange->deadline = deadline_of(connection);
    deadline_cap(exchange->deadline, daemon->context.timeout);
    atomic_fetch_add(&daemon->exchanges, 1);
    return exchange;
}

/* The head, a piece of the body, or the end of a request has arrived. */
static enum MHD_Result on_request(void *context,
                                  struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *bytes,
                                  size_t *len, void **request_context)
{
    /* on_target had no memory: close the connection. */
    if (*request_context == NULL)
        return MHD_NO;
    return exchange_continue(*request_context, method, version, bytes, len);
}

/* A request has ended, with or without an answer. */
static void on_end(void *context, struct MHD_Connection *connection,
                   void **request_context, enum MHD_RequestTerminationCode code)
{
    struct daemon *daemon = context;
    struct exchange *exchange = *request_context;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);

    if (exchange == NULL)
        return;
    deadline_set(exchange->deadline, daemon->idle_timeout);
    exchange_free(exchange, info == NULL ? 0 : info->http_status);
    *request_context = NULL;
    atomic_fetch_sub(&daemon->exchanges, 1);
}

/*
 * libmicrohttpd logs an error. While it starts, the error is printed. Later
 * errors are ignored, with one exception. If all descriptors are in use and no
 * connection is open, libmicrohttpd calls accept in a busy loop and logs each
 * failure: a pause here slows the loop down.
 */
static void on_log(void *context, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void on_log(void *context, const char *format, va_list args)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NANOSECONDS};
    struct daemon *daemon = context;
    char text[256];

    if (atomic_load(&daemon->running)) {
        if (atomic_load(&daemon->connections) == 0)
            nanosleep(&pause, NULL);
        return;
    }
    if (vsnprintf(text, sizeof text, format, args) <= 0)
        return;
    text[strcspn(text, "\n")] = '\0';
    kit_note("libmicrohttpd: %s", text);
}

/* The options that depend on OPTIONS and on the library. */
static void fill_options(struct MHD_OptionItem *items,
                         const struct daemon_options *options)
{
    *items++ = head_option(library_version());
    *items++ = (struct MHD_OptionItem){
        MHD_OPTION_CONNECTION_LIMIT,
        (intptr_t)options->connections + SPARE_CONNECTIONS, NULL};
    *items++ = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                       DAEMON_MEMORY, NULL};
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
        flags, 0, NULL, NULL, on_request, daemon, MHD_OPTION_EXTERNAL_LOGGER,
        on_log, daemon, MHD_OPTION_LISTEN_SOCKET, options->listener,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, daemon,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, daemon,
        MHD_OPTION_NOTIFY_COMPLETED, on_end, daemon, MHD_OPTION_ARRAY, items,
        MHD_OPTION_END);
    return daemon->http != NULL ? 0 : -1;
}

/* Frees everything but libmicrohttpd itself. */
static void discard(struct daemon *daemon)
{
    deadlines_stop(daemon->deadlines);
    log_stop(daemon->context.log);
    free(daemon);
}

int daemon_start(struct daemon **daemon, const struct daemon_options *options,
                 struct service *service)
{
    struct daemon *new = calloc(1, sizeof *new);

    *daemon = NULL;
    if (new == NULL) {
        kit_error("no memory for the HTTP server: close other programs");
        return EX_OSERR;
    }
    new->context.service = service;
    new->context.hashers = options->hashers;
    new->context.syncer = options->syncer;
    new->context.feed = options->feed;
    new->context.timeout = options->timeout;
    new->context.is_strict = library_version() >= LIBRARY_STRICT;
    new->idle_timeout = options->idle_timeout;
    if (log_start(&new->context.log) != 0 ||
        deadlines_start(&new->deadlines, options->connections) != 0) {
        kit_error(
            "cannot start the threads of the HTTP server: end other programs, "
            "or raise the limit of processes (ulimit -u)");
        discard(new);
        return EX_OSERR;
    }
    if (start_http(new, options) != 0) {
        kit_error("cannot start the HTTP server%s",
                  options->key != NULL
                      ? ": check the certificate and the key"
                      : ": close other programs and try again");
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
    /* Accept no more connections, and close the others after their next
       answer. Logins that are still in the queue are answered "busy". */
    atomic_store(&daemon->context.ending, true);
    listener = MHD_quiesce_daemon(daemon->http);
    if (listener != MHD_INVALID_SOCKET)
        close(listener);
    workers_stop(daemon->context.hashers);
    /* The tokens of sessions in this queue are sent, however long the disk
       takes. From now on, no connection is suspended. */
    workers_stop(daemon->context.syncer);
    for (int i = 0; i < FINISH_POLLS && atomic_load(&daemon->exchanges) > 0;
         i++)
        nanosleep(&moment, NULL);
    MHD_stop_daemon(daemon->http);
    discard(daemon);
}
