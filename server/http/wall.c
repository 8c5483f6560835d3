/* SPDX-License-Identifier: MIT */
/* The files of the wall, its stream of events, and who may read them. */
#include "server/http/wall.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/net.h"
#include "lib/say.h"
#include "server/http/head.h"
#include "server/http/library.h"

/* The Makefile makes it of handout/flow/: wall_html, flow_css and others. */
#include "server/http/wall_files.inc"

enum {
    BLOCK = 8192,        /* bytes that libmicrohttpd asks for at a time */
    SEND_BUFFER = 16384, /* bytes that the kernel keeps for a slow client */
    HTTP_PORT = 80,      /* is left out of Host */
    /* The prefix and the end of an event, and the zero. */
    FRAME_SIZE = FEED_JSON_SIZE + 32,
};

/* What every answer has. The page has the same policy. */
static const struct {
    const char *name, *value;
} fields[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; connect-src "
     "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cache-Control", "no-store"},
};

static const struct file {
    const char *path, *type;
    const unsigned char *bytes;
    size_t len;
} files[] = {
    {"/", "text/html; charset=utf-8", wall_html, sizeof wall_html},
    {"/flow.css", "text/css; charset=utf-8", flow_css, sizeof flow_css},
    {"/wall.css", "text/css; charset=utf-8", wall_css, sizeof wall_css},
    {"/wall.js", "text/javascript; charset=utf-8", wall_js, sizeof wall_js},
};

enum { FILES = sizeof files / sizeof files[0] };

/* A browser that reads /events. */
struct client {
    struct wall *wall;
    struct MHD_Connection *connection;
    int fd;
    unsigned long number; /* from 1, in the order in which they came */
    bool is_suspended;    /* it has read everything, and waits */
    bool is_ending;       /* its socket is shut down */
    bool is_due;          /* it gets the next state, or a sign of life */
    unsigned long seen;   /* the STATE of the wall that it got last */
    size_t len, sent;
    char frame[FRAME_SIZE];
};

struct wall {
    struct MHD_Daemon *http;
    struct feed *feed;
    uint16_t port;
    pthread_t thread;
    atomic_bool ending;
    pthread_mutex_t lock; /* for the members below, and all clients */
    struct client *clients[WALL_CONNECTIONS];
    unsigned long came;  /* how many clients there have been */
    unsigned long state; /* how often the feed has changed */
    char json[FEED_JSON_SIZE];
};

/* --- The stream ----------------------------------------------------------- */

/* Fills the frame of CLIENT: the newest state, or a comment if it has that. */
static void next_frame(struct client *client)
{
    const struct wall *wall = client->wall;
    int len;

    if (client->seen == wall->state)
        len = snprintf(client->frame, sizeof client->frame, ":\n\n");
    else
        len = snprintf(client->frame, sizeof client->frame,
                       "retry: 1000\ndata: %s\n\n", wall->json);
    client->len = (size_t)len;
    client->sent = 0;
    client->seen = wall->state;
    client->is_due = false;
}

/* libmicrohttpd can send more on the connection of CLIENT. */
static ssize_t on_read(void *context, uint64_t position, char *out, size_t size)
{
    struct client *client = context;
    struct wall *wall = client->wall;
    ssize_t result = MHD_CONTENT_READER_END_OF_STREAM;

    pthread_mutex_lock(&wall->lock);
    if (client->sent == client->len && client->is_due)
        next_frame(client);
    if (client->is_ending) {
        result = MHD_CONTENT_READER_END_WITH_ERROR;
    } else if (client->sent < client->len) {
        size_t rest = client->len - client->sent;

        if (size > rest)
            size = rest;
        memcpy(out, client->frame + client->sent, size);
        client->sent += size;
        result = (ssize_t)size;
    } else if (!atomic_load(&wall->ending)) {
        client->is_suspended = true;
        MHD_suspend_connection(client->connection);
        result = 0;
    }
    pthread_mutex_unlock(&wall->lock);
    return result;
}

/* The connection of CLIENT is closed. */
static void on_free(void *context)
{
    struct client *client = context;
    struct wall *wall = client->wall;

    pthread_mutex_lock(&wall->lock);
    for (int i = 0; i < WALL_CONNECTIONS; i++) {
        if (wall->clients[i] == client)
            wall->clients[i] = NULL;
    }
    pthread_mutex_unlock(&wall->lock);
    free(client);
}

/* Lets CLIENT read again. */
static void resume(struct client *client)
{
    client->is_due = true;
    client->is_suspended = false;
    MHD_resume_connection(client->connection);
}

/* Reads the feed, and resumes the clients that do not have its newest state.
   IS_BEAT: the others, too, to find out whether they are still connected. */
static void pulse(struct wall *wall, bool is_beat)
{
    pthread_mutex_lock(&wall->lock);
    if (feed_read_if_new(wall->json, wall->feed))
        wall->state++;
    for (int i = 0; i < WALL_CONNECTIONS; i++) {
        struct client *client = wall->clients[i];

        if (client != NULL && client->is_suspended &&
            (is_beat || client->seen != wall->state))
            resume(client);
    }
    pthread_mutex_unlock(&wall->lock);
}

static void *run(void *context)
{
    const struct timespec moment = {.tv_nsec = WALL_PULSE * 1000000L};
    struct wall *wall = context;

    for (int i = 1; !atomic_load(&wall->ending); i++) {
        pulse(wall, i % (WALL_BEAT / WALL_PULSE) == 0);
        nanosleep(&moment, NULL);
    }
    return NULL;
}

/* --- Requests ------------------------------------------------------------- */

/* Whether VALUE, a Host, is a name of the loopback with the port of WALL. */
static bool is_own_host(const struct wall *wall, const char *value)
{
    static const char *const names[] = {"127.0.0.1", "localhost"};
    char own[32];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(own, sizeof own, "%s:%u", names[i], (unsigned)wall->port);
        if (strcasecmp(value, own) == 0 ||
            (wall->port == HTTP_PORT && strcasecmp(value, names[i]) == 0))
            return true;
    }
    return false;
}

/* The context of on_field. */
struct check {
    const struct wall *wall;
    int hosts;
    bool is_foreign;
};

static enum MHD_Result on_field(void *context, enum MHD_ValueKind kind,
                                const char *name, const char *value)
{
    struct check *check = context;

    if (value == NULL)
        value = "";
    if (strcasecmp(name, "Origin") == 0)
        check->is_foreign = true;
    if (strcasecmp(name, "Host") == 0 &&
        (++check->hosts > 1 || !is_own_host(check->wall, value)))
        check->is_foreign = true;
    /* "none": the user typed the address. */
    if (strcasecmp(name, "Sec-Fetch-Site") == 0 &&
        strcmp(value, "same-origin") != 0 && strcmp(value, "none") != 0)
        check->is_foreign = true;
    return MHD_YES;
}

/* Whether the page of WALL, or a user, sent the request. */
static bool is_own(const struct wall *wall, struct MHD_Connection *connection)
{
    struct check check = {.wall = wall};

    MHD_get_connection_values(connection, MHD_HEADER_KIND, on_field, &check);
    return check.hosts == 1 && !check.is_foreign;
}

/* Sends RESPONSE, which may be NULL, and frees it. */
static enum MHD_Result send_response(struct MHD_Connection *connection,
                                     unsigned status, const char *type,
                                     struct MHD_Response *response)
{
    enum MHD_Result result = MHD_NO;
    bool ok =
        response != NULL &&
        MHD_add_response_header(response, "Content-Type", type) == MHD_YES;

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        ok = ok && MHD_add_response_header(response, fields[i].name,
                                           fields[i].value) == MHD_YES;
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        ok = ok && MHD_add_response_header(response, "Allow", "GET") == MHD_YES;
    /* Only a stream keeps its connection open. */
    ok = ok &&
         MHD_add_response_header(response, "Connection", "close") == MHD_YES;
    if (ok)
        result = MHD_queue_response(connection, status, response);
    if (response != NULL)
        MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_file(struct MHD_Connection *connection,
                                 const struct file *file)
{
    return send_response(
        connection, MHD_HTTP_OK, file->type,
        MHD_create_response_from_buffer(file->len, (void *)file->bytes,
                                        MHD_RESPMEM_PERSISTENT));
}

static enum MHD_Result refuse(struct MHD_Connection *connection,
                              unsigned status)
{
    const char *what = status == MHD_HTTP_FORBIDDEN
                           ? "The wall cannot be opened by a link or under "
                             "another name: type the address that chat-server "
                             "has printed."
                       : status == MHD_HTTP_METHOD_NOT_ALLOWED
                           ? "The wall answers only GET."
                           : "The wall has no such page: its address ends "
                             "after the port and a slash.";
    char text[160];
    int len = snprintf(text, sizeof text, "%s\n", what);

    return send_response(connection, status, "text/plain",
                         MHD_create_response_from_buffer(
                             (size_t)len, text, MHD_RESPMEM_MUST_COPY));
}

/* Ends the oldest stream of WALL if there are too many. A browser that still
   works connects again; one that has stopped reading does not. */
static void make_room(const struct wall *wall)
{
    struct client *oldest = NULL;
    int count = 0;

    for (int i = 0; i < WALL_CONNECTIONS; i++) {
        struct client *client = wall->clients[i];

        if (client == NULL || client->is_ending)
            continue;
        count++;
        if (oldest == NULL || client->number < oldest->number)
            oldest = client;
    }
    if (count < WALL_STREAMS)
        return;
    oldest->is_ending = true;
    shutdown(oldest->fd, SHUT_RDWR);
    if (oldest->is_suspended)
        resume(oldest);
}

/* Adds CLIENT to WALL. Returns false if all places are taken. */
static bool add_client(struct wall *wall, struct client *client)
{
    int i = 0;

    pthread_mutex_lock(&wall->lock);
    make_room(wall);
    while (i < WALL_CONNECTIONS && wall->clients[i] != NULL)
        i++;
    if (i < WALL_CONNECTIONS) {
        client->number = ++wall->came;
        wall->clients[i] = client;
    }
    pthread_mutex_unlock(&wall->lock);
    return i < WALL_CONNECTIONS;
}

/* Begins a stream. Its first frame is the current state. */
static enum MHD_Result send_events(struct wall *wall,
                                   struct MHD_Connection *connection)
{
    const int bytes = SEND_BUFFER;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct client *client = calloc(1, sizeof *client);
    struct MHD_Response *response;

    if (client == NULL || info == NULL) {
        free(client);
        return MHD_NO;
    }
    client->wall = wall;
    client->fd = info->connect_fd;
    client->connection = connection;
    client->is_due = true;
    /* A client that stops reading should not find old states afterwards. */
    setsockopt(client->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK,
                                                 on_read, client, on_free);
    if (response == NULL || !add_client(wall, client)) {
        if (response != NULL)
            MHD_destroy_response(response);
        else
            free(client);
        return MHD_NO;
    }
    return send_response(connection, MHD_HTTP_OK, "text/event-stream",
                         response);
}

/* The head of a request has arrived. */
static enum MHD_Result on_request(void *context,
                                  struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *bytes,
                                  size_t *len, void **request_context)
{
    struct wall *wall = context;

    if (!is_own(wall, connection))
        return refuse(connection, MHD_HTTP_FORBIDDEN);
    if (strcmp(method, "GET") != 0)
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED);
    if (strcmp(url, "/events") == 0)
        return send_events(wall, connection);
    for (int i = 0; i < FILES; i++) {
        if (strcmp(url, files[i].path) == 0)
            return send_file(connection, &files[i]);
    }
    return refuse(connection, MHD_HTTP_NOT_FOUND);
}

/* --- Starting and stopping ------------------------------------------------ */

/* Prints why the wall cannot listen on PORT. Returns an exit code. */
static int explain(uint16_t port, int why)
{
    switch (why) {
    case EADDRINUSE:
        kit_error("port %u is in use: choose another with --wall PORT, or "
                  "--wall 0 for any free one",
                  (unsigned)port);
        return EX_UNAVAILABLE;
    case EACCES:
        kit_error("only root may listen on port %u: choose one from 1024 up "
                  "with --wall PORT",
                  (unsigned)port);
        return EX_NOPERM;
    default:
        kit_error("cannot listen on port %u of 127.0.0.1 (%s): choose another "
                  "with --wall PORT",
                  (unsigned)port, strerror(why));
        return EX_OSERR;
    }
}

/* Starts our thread and libmicrohttpd's, which closes LISTENER in the end. */
static int start_threads(struct wall *wall, int listener)
{
    struct MHD_OptionItem items[] = {head_option(library_version()),
                                     {MHD_OPTION_END, 0, NULL}};

    if (pthread_create(&wall->thread, NULL, run, wall) != 0) {
        close(listener);
        return -1;
    }
    wall->http = MHD_start_daemon(
        MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
        on_request, wall, MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)WALL_CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)WALL_TIMEOUT, MHD_OPTION_ARRAY,
        items, MHD_OPTION_END);
    if (wall->http != NULL)
        return 0;
    atomic_store(&wall->ending, true);
    pthread_join(wall->thread, NULL);
    close(listener);
    return -1;
}

static void discard(struct wall *wall)
{
    pthread_mutex_destroy(&wall->lock);
    free(wall);
}

int wall_listen(int *listener, uint16_t *bound, uint16_t port)
{
    int why =
        kit_net_try_listen(listener, bound, "127.0.0.1", port, KIT_NET_V6_ONLY);

    return why == 0 ? EX_OK : explain(port, why);
}

int wall_start(struct wall **wall, struct feed *feed, int listener,
               uint16_t bound)
{
    struct wall *new = calloc(1, sizeof *new);

    *wall = NULL;
    if (new == NULL) {
        close(listener);
        kit_error("no memory for the wall: close other programs");
        return EX_OSERR;
    }
    pthread_mutex_init(&new->lock, NULL);
    new->feed = feed;
    new->port = bound;
    pulse(new, false);
    if (start_threads(new, listener) != 0) {
        kit_error("cannot start the threads of the wall: end other programs, "
                  "or raise the limit of processes (ulimit -u)");
        discard(new);
        return EX_OSERR;
    }
    *wall = new;
    return EX_OK;
}

void wall_stop(struct wall *wall)
{
    if (wall == NULL)
        return;
    /* No connection may be suspended when the daemon stops: resume all. From
       now on, on_read ends them. */
    atomic_store(&wall->ending, true);
    pthread_join(wall->thread, NULL);
    pthread_mutex_lock(&wall->lock);
    for (int i = 0; i < WALL_CONNECTIONS; i++) {
        if (wall->clients[i] != NULL && wall->clients[i]->is_suspended)
            resume(wall->clients[i]);
    }
    pthread_mutex_unlock(&wall->lock);
    MHD_stop_daemon(wall->http);
    discard(wall);
}
