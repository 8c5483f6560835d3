/* SPDX-License-Identifier: MIT */
/* No HTTP library, because the client must add little to what is measured. */
#include "tests/support/http_client.h"

#include <check.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/wire.h"
#include "server/http/daemon.h"
#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"

enum { EARLY_MS = 500 }; /* the server starts its timeout before we do */

void http_open(struct http *http, const char *url, const char *from)
{
    const char *where = strstr(url, "//") + 2;

    memset(http, 0, sizeof *http);
    http->body = http->reply;
    http->fd = -1;
    http->to = tcp_address(where);
    http->from = tcp_address(from != NULL ? from : "0.0.0.0");
}

void http_close(struct http *http)
{
    if (http->fd >= 0)
        close(http->fd);
    http->fd = -1;
}

int http_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

int http_connect(struct http *http)
{
    const struct timeval patience = {.tv_sec = HTTP_SECONDS};
    int yes = 1;

    http_close(http);
    http->fd = http_socket();
    setsockopt(http->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(http->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(http->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (http->from.sin_addr.s_addr != INADDR_ANY)
        ck_assert_int_eq(
            bind(http->fd, (struct sockaddr *)&http->from, sizeof http->from),
            0);
    if (connect(http->fd, (struct sockaddr *)&http->to, sizeof http->to) != 0)
        http_close(http);
    http->since = stopwatch_now();
    return http->fd;
}

/* The number in the header NAME, which ends with a colon, or -1. Other servers
   write the names of headers in lower case. */
static long field(const struct http *http, const char *name)
{
    const char *line = strstr(http->reply, "\r\n");

    for (; line != NULL; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, strlen(name)) == 0)
            return strtol(line + 2 + strlen(name), NULL, 10);
    }
    return -1;
}

/* The status in the first line of REPLY, or 0 if it is invalid. */
static int status_of(const char *reply)
{
    int status = 0;

    if (sscanf(reply, "HTTP/1.1 %d ", &status) != 1 || status < 0 ||
        status >= HTTP_STATUSES)
        return 0;
    return status;
}

/* Whether the answer is complete. */
static bool is_whole(struct http *http)
{
    char *end = strstr(http->reply, "\r\n\r\n");
    long length;

    if (end == NULL)
        return false;
    length = field(http, "Content-Length:");
    http->body = end + 4;
    return length >= 0 &&
           http->len >= (size_t)(http->body - http->reply) + (size_t)length;
}

const char *http_answer_end(const char *at, const char *end, int *status,
                            bool *last)
{
    const char *body = strstr(at, "\r\n\r\n");
    const char *length = strstr(at, "\r\nContent-Length: ");
    const char *close = strstr(at, "\r\nConnection: close\r\n");
    long len;

    if (sscanf(at, "HTTP/1.%*1[01] %d ", status) != 1 || body == NULL)
        return NULL;
    *last = close != NULL && close < body;
    /* 100 Continue has no body and no length. */
    len = length != NULL && length < body ? strtol(length + 18, NULL, 10) : 0;
    return len <= end - body - 4 ? body + 4 + len : NULL;
}

/*
 * Whether the server's timeout may have closed the connection. The server
 * closes a connection without an answer after ten seconds. On a busy machine
 * that can happen to a correct client.
 */
static bool timer_has_run_out(const struct http *http)
{
    return stopwatch_now() - http->since >= DAEMON_TIMEOUT - EARLY_MS;
}

/* Clears the last answer, so that it is not mistaken for a new one. */
static void forget_answer(struct http *http)
{
    http->status = http->retry_after = 0;
    http->late = false;
    http->ms = 0;
    http->len = 0;
    http->reply[0] = '\0';
    http->body = http->reply;
}

int http_read(struct http *http)
{
    ssize_t n = 1;

    forget_answer(http);
    while (n > 0 && !is_whole(http) && http->len < HTTP_REPLY - 1) {
        n = recv(http->fd, http->reply + http->len, HTTP_REPLY - 1 - http->len,
                 0);
        if (n > 0)
            http->len += (size_t)n;
        http->reply[http->len] = '\0';
    }
    http->status = status_of(http->reply);
    http->retry_after = (int)field(http, "Retry-After:");
    if (http->retry_after < 0)
        http->retry_after = 0;
    http->late = http->status == 0 && timer_has_run_out(http);
    http->since = stopwatch_now();
    if (n <= 0 || strstr(http->reply, "\r\nConnection: close") != NULL)
        http_close(http);
    return http->status;
}

/* Sends LEN bytes, reads one answer and measures the time. */
static int exchange(struct http *http, const void *bytes, size_t len)
{
    double began = stopwatch_now();

    /* A server may answer and close before it has read everything. */
    tcp_send(http->fd, bytes, len);
    http_read(http);
    http->ms = stopwatch_now() - began;
    return http->status;
}

size_t http_request(char *out, size_t out_size, const char *path,
                    const char *fields, const char *json)
{
    int len = snprintf(out, out_size,
                       "POST %s HTTP/1.1\r\nHost: lab\r\n"
                       "Content-Length: %zu\r\n%s\r\n%s",
                       path, strlen(json), fields, json);

    ck_assert_int_lt(len, (int)out_size);
    return (size_t)len;
}

void http_login_json(char *out, size_t out_size, const char *name,
                     const char *password)
{
    snprintf(out, out_size, "{\"username\":\"%s\",\"password\":\"%s\"}", name,
             password);
}

void http_ask_json(char *out, size_t out_size, const char *name,
                   const char *token, const char *receiver)
{
    snprintf(out, out_size,
             "{\"username\":\"%s\",\"token\":\"%s\",\"receiver\":\"%s\"}", name,
             token, receiver);
}

int http_post(struct http *http, const char *path, const char *json)
{
    char text[2 * HTTP_REPLY];
    bool kept = http->fd >= 0, late;
    size_t len = http_request(text, sizeof text, path, "", json);

    forget_answer(http);
    if (!kept && http_connect(http) < 0)
        return 0;
    /* The server may have closed a kept connection meanwhile. */
    exchange(http, text, len);
    late = http->late;
    if (http->status == 0 && kept && http->len == 0 &&
        http_connect(http) >= 0) {
        http->again += !late;
        exchange(http, text, len);
    }
    return http->status;
}

int http_raw(struct http *http, const void *bytes, size_t len)
{
    forget_answer(http);
    if (http_connect(http) < 0)
        return 0;
    return exchange(http, bytes, len);
}

void http_string(const struct http *http, const char *name, char *out,
                 size_t out_size)
{
    cJSON *tree = kit_json_object(http->body, strlen(http->body));
    const char *text = kit_json_string(tree, name);

    snprintf(out, out_size, "%s", text != NULL ? text : "");
    kit_json_free(tree);
}

int http_login(struct http *http, const char *name, const char *password,
               char *out)
{
    char json[512];

    http_login_json(json, sizeof json, name, password);
    http_post(http, "/login", json);
    http_string(http, "token", out, KIT_TOKEN_MAX + 1);
    return http->status;
}

int http_ask(struct http *http, const char *name, const char *token,
             const char *receiver)
{
    char json[512];

    http_ask_json(json, sizeof json, name, token, receiver);
    return http_post(http, "/userinfo", json);
}
