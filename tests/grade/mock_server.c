/* SPDX-License-Identifier: MIT */
/* A small HTTP server: one thread and one request for each connection. */
#include "tests/grade/mock_server.h"

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

/* One connection. */
struct caller {
    struct mock_server *server;
    int fd;
    struct tls_connection *tls; /* NULL: plain HTTP */
};

static ssize_t read_bytes(struct caller *c, void *bytes, size_t room)
{
    return c->tls != NULL ? tls_read(c->tls, bytes, room)
                          : recv(c->fd, bytes, room, 0);
}

static void write_bytes(struct caller *c, const char *bytes, size_t len)
{
    ssize_t n = 1;

    for (; len > 0 && n > 0; bytes += n, len -= (size_t)n)
        n = c->tls != NULL ? tls_write(c->tls, bytes, len)
                           : send(c->fd, bytes, len, 0);
}

/* The body of the request in TEXT, or NULL while it is incomplete. */
static char *complete_body(char *text, size_t len)
{
    char *body = strstr(text, "\r\n\r\n");
    char *length = strstr(text, "Content-Length: ");

    if (body == NULL || length == NULL || length > body)
        return NULL;
    body += 4;
    return len >= (size_t)(body - text) + strtoul(length + 16, NULL, 10) ? body
                                                                         : NULL;
}

/* Reads one request to TEXT. Returns its body, or NULL if none came. */
static char *read_request(struct caller *c, char *text, size_t room)
{
    size_t len = 0;
    char *body = NULL;

    while (body == NULL) {
        ssize_t n = read_bytes(c, text + len, room - 1 - len);

        if (n <= 0)
            return NULL;
        len += (size_t)n;
        text[len] = '\0';
        if (text[0] == 0x16) /* a TLS handshake, but this is plain HTTP */
            return NULL;
        body = complete_body(text, len);
    }
    return body;
}

/* Finds the route of the request in TEXT and records BODY. NULL: no route. */
static struct route *record_request(struct mock_server *s, const char *text,
                                    const char *body)
{
    struct route *routes[] = {&s->login, &s->userinfo};
    const char *path = strchr(text, ' ');

    for (int i = 0; path != NULL && i < 2; i++) {
        struct route *r = routes[i];
        size_t len = strlen(r->path);

        if (strncmp(path + 1, r->path, len) != 0 || path[1 + len] != ' ')
            continue;
        if (r->count < MOCK_SERVER_KEPT)
            snprintf(r->requests[r->count], MOCK_SERVER_REQUEST, "%s", body);
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
    write_bytes(c, head, strlen(head));
    write_bytes(c, r->body, strlen(r->body));
}

static void *serve(void *context)
{
    struct caller *c = context;
    struct mock_server *s = c->server;
    char text[MOCK_SERVER_REQUEST + 4096], *body = NULL;

    if (s->tls != NULL)
        c->tls = tls_accept(s->tls, c->fd);
    pthread_mutex_lock(&s->lock);
    s->handshakes += c->tls != NULL;
    pthread_mutex_unlock(&s->lock);
    if (s->tls == NULL || c->tls != NULL)
        body = read_request(c, text, sizeof text);
    if (body != NULL) {
        struct route copy, *r;

        pthread_mutex_lock(&s->lock);
        r = record_request(s, text, body);
        if (r != NULL)
            copy = *r;
        pthread_mutex_unlock(&s->lock);
        answer(c, r != NULL ? &copy : NULL);
    }
    tls_close(c->tls);
    close(c->fd);
    free(c);
    return NULL;
}

static void *serve_all(void *context)
{
    struct mock_server *s = context;
    int fd;

    for (;;) {
        struct caller *c = calloc(1, sizeof *c);
        pthread_t thread;

        /* Retry if the caller has gone already, but not on lasting errors. */
        while ((fd = accept(s->listener, NULL, NULL)) < 0)
            must(errno != EMFILE && errno != ENFILE && errno != ENOMEM &&
                 errno != ENOBUFS && errno != EBADF);
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        pthread_mutex_lock(&s->lock);
        s->connections++;
        pthread_mutex_unlock(&s->lock);
        must(c != NULL);
        c->server = s;
        c->fd = fd;
        must(pthread_create(&thread, NULL, serve, c) == 0);
        pthread_detach(thread);
    }
    return NULL;
}

void mock_server_start(struct mock_server *s, struct tls *tls)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;

    signal(SIGPIPE, SIG_IGN);
    s->tls = tls;
    s->login.path = "/login";
    s->userinfo.path = "/userinfo";
    s->login.status = s->userinfo.status = 200;
    must(pthread_mutex_init(&s->lock, NULL) == 0);
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    fcntl(s->listener, F_SETFD, FD_CLOEXEC);
    must(bind(s->listener, (struct sockaddr *)&at, sizeof at) == 0);
    must(listen(s->listener, 64) == 0);
    getsockname(s->listener, (struct sockaddr *)&at, &size);
    snprintf(s->url, sizeof s->url, "%s://127.0.0.1:%u",
             tls != NULL ? "https" : "http", (unsigned)ntohs(at.sin_port));
    must(pthread_create(&s->thread, NULL, serve_all, s) == 0);
}

void mock_server_set_answer(struct mock_server *s, struct route *route,
                            int status, const char *format, ...)
{
    va_list args;

    pthread_mutex_lock(&s->lock);
    route->status = status;
    if (format != NULL) {
        va_start(args, format);
        vsnprintf(route->body, sizeof route->body, format, args);
        va_end(args);
    }
    pthread_mutex_unlock(&s->lock);
}

int mock_server_count(struct mock_server *s, const struct route *route)
{
    int count;

    pthread_mutex_lock(&s->lock);
    count = route->count;
    pthread_mutex_unlock(&s->lock);
    return count;
}
