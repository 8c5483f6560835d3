/* SPDX-License-Identifier: MIT */
/* A small HTTP server: one thread a connection, one request each. */
#include "tests/grade/arbiter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/grade/tls.h"
#include "tests/grade/transcript.h"

/* One connection and whose it is. */
struct caller {
    struct arbiter *arbiter;
    int fd;
    struct tls_link *link; /* NULL: in clear */
};

static ssize_t take(struct caller *c, void *bytes, size_t room)
{
    return c->link != NULL ? tls_read(c->link, bytes, room)
                           : recv(c->fd, bytes, room, 0);
}

static void give(struct caller *c, const char *bytes, size_t len)
{
    ssize_t n = 1;

    for (; len > 0 && n > 0; bytes += n, len -= (size_t)n)
        n = c->link != NULL ? tls_write(c->link, bytes, len)
                            : send(c->fd, bytes, len, 0);
}

/* The body of the request in TEXT, or NULL as long as it is not whole. */
static char *whole_body(char *text, size_t len)
{
    char *body = strstr(text, "\r\n\r\n");
    char *length = strstr(text, "Content-Length: ");

    if (body == NULL || length == NULL || length > body)
        return NULL;
    body += 4;
    return len >= (size_t)(body - text) + strtoul(length + 16, NULL, 10) ? body
                                                                         : NULL;
}

/* Reads one request to TEXT. Returns its body, or NULL when there is none. */
static char *read_request(struct caller *c, char *text, size_t room)
{
    size_t len = 0;
    char *body = NULL;

    while (body == NULL) {
        ssize_t n = take(c, text + len, room - 1 - len);

        if (n <= 0)
            return NULL;
        len += (size_t)n;
        text[len] = '\0';
        if (text[0] == 0x16) /* TLS to a port that speaks in clear */
            return NULL;
        body = whole_body(text, len);
    }
    return body;
}

/* The route that TEXT, a whole request, asks for; keeps what it asks. */
static struct route *keep_request(struct arbiter *a, const char *text,
                                  const char *body)
{
    struct route *routes[] = {&a->login, &a->userinfo};
    const char *path = strchr(text, ' ');

    for (int i = 0; path != NULL && i < 2; i++) {
        struct route *r = routes[i];
        size_t len = strlen(r->path);

        if (strncmp(path + 1, r->path, len) != 0 || path[1 + len] != ' ')
            continue;
        if (r->count < ARBITER_KEPT)
            snprintf(r->asked[r->count], ARBITER_ASKED, "%s", body);
        r->count++;
        return r;
    }
    return NULL;
}

static void answer(struct caller *c, const struct route *r)
{
    static const struct route nothing = {.status = 404,
                                         .body = "{\"error\":\"no_path\"}"};
    char head[256], retry[64] = "";

    if (r == NULL)
        r = &nothing;
    if (r->retry_after > 0)
        snprintf(retry, sizeof retry, "Retry-After: %d\r\n", r->retry_after);
    snprintf(head, sizeof head,
             "HTTP/1.1 %d Answer\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n%sConnection: close\r\n\r\n",
             r->status, strlen(r->body), retry);
    give(c, head, strlen(head));
    give(c, r->body, strlen(r->body));
}

static void *serve(void *context)
{
    struct caller *c = context;
    struct arbiter *a = c->arbiter;
    char text[ARBITER_ASKED + 4096], *body = NULL;

    if (a->tls != NULL)
        c->link = tls_accept(a->tls, c->fd);
    pthread_mutex_lock(&a->lock);
    a->handshakes += c->link != NULL;
    pthread_mutex_unlock(&a->lock);
    if (a->tls == NULL || c->link != NULL)
        body = read_request(c, text, sizeof text);
    if (body != NULL) {
        struct route copy, *r;

        pthread_mutex_lock(&a->lock);
        r = keep_request(a, text, body);
        if (r != NULL)
            copy = *r;
        pthread_mutex_unlock(&a->lock);
        answer(c, r != NULL ? &copy : NULL);
    }
    tls_hang_up(c->link);
    close(c->fd);
    free(c);
    return NULL;
}

static void *serve_all(void *context)
{
    struct arbiter *a = context;
    int fd;

    for (;;) {
        struct caller *c = calloc(1, sizeof *c);
        pthread_t thread;

        /* A caller may have gone already; but not all errors go away. */
        while ((fd = accept(a->listener, NULL, NULL)) < 0)
            must(errno != EMFILE && errno != ENFILE && errno != ENOMEM &&
                 errno != ENOBUFS && errno != EBADF);
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        pthread_mutex_lock(&a->lock);
        a->connections++;
        pthread_mutex_unlock(&a->lock);
        must(c != NULL);
        c->arbiter = a;
        c->fd = fd;
        must(pthread_create(&thread, NULL, serve, c) == 0);
        pthread_detach(thread);
    }
    return NULL;
}

void arbiter_open(struct arbiter *a, struct tls *tls)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;

    signal(SIGPIPE, SIG_IGN);
    a->tls = tls;
    a->login.path = "/login";
    a->userinfo.path = "/userinfo";
    a->login.status = a->userinfo.status = 200;
    must(pthread_mutex_init(&a->lock, NULL) == 0);
    a->listener = socket(AF_INET, SOCK_STREAM, 0);
    fcntl(a->listener, F_SETFD, FD_CLOEXEC);
    must(bind(a->listener, (struct sockaddr *)&at, sizeof at) == 0);
    must(listen(a->listener, 64) == 0);
    getsockname(a->listener, (struct sockaddr *)&at, &size);
    snprintf(a->url, sizeof a->url, "%s://127.0.0.1:%u",
             tls != NULL ? "https" : "http", (unsigned)ntohs(at.sin_port));
    must(pthread_create(&a->thread, NULL, serve_all, a) == 0);
}

void arbiter_say(struct arbiter *a, struct route *route, int status,
                 const char *format, ...)
{
    va_list args;

    pthread_mutex_lock(&a->lock);
    route->status = status;
    if (format != NULL) {
        va_start(args, format);
        vsnprintf(route->body, sizeof route->body, format, args);
        va_end(args);
    }
    pthread_mutex_unlock(&a->lock);
}

int arbiter_count(struct arbiter *a, const struct route *route)
{
    int count;

    pthread_mutex_lock(&a->lock);
    count = route->count;
    pthread_mutex_unlock(&a->lock);
    return count;
}
