/* SPDX-License-Identifier: MIT */
#include "tests/grade/mock_server.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/grade/transcript.h"

/* Whether REQUEST, "POST /login HTTP/1.1 ...", is for PATH. */
static bool is_for(const char *request, const char *path)
{
    const char *at = strchr(request, ' ');
    size_t len = strlen(path);

    return at != NULL && strncmp(at + 1, path, len) == 0 && at[1 + len] == ' ';
}

/*
 * Records REQUEST and copies its route, with the answer, to OUT. Returns false
 * if there is no such route.
 */
static bool record(struct route *out, struct mock_server *s,
                   const char *request)
{
    struct route *r = is_for(request, s->login.path)      ? &s->login
                      : is_for(request, s->userinfo.path) ? &s->userinfo
                                                          : NULL;

    if (r == NULL)
        return false;
    pthread_mutex_lock(&s->lock);
    if (r->count < MOCK_SERVER_KEPT)
        snprintf(r->requests[r->count], MOCK_SERVER_REQUEST, "%s",
                 strstr(request, "\r\n\r\n") + 4);
    r->count++;
    *out = *r;
    pthread_mutex_unlock(&s->lock);
    return true;
}

static bool answer(struct http_server *http, int fd)
{
    static struct route route; /* only one thread answers */
    char retry[64] = "";

    if (record(&route, http->context,
               http_server_request(http, http->requests - 1))) {
        if (route.retry_after > 0)
            snprintf(retry, sizeof retry, "Retry-After: %d\r\n",
                     route.retry_after);
        http_server_reply(http, fd, route.status, retry, route.body);
    } else {
        http_server_reply(http, fd, 404, "", "{\"error\":\"no_path\"}");
    }
    return false;
}

void mock_server_start(struct mock_server *s, SSL_CTX *tls)
{
    signal(SIGPIPE, SIG_IGN);
    s->login.path = "/login";
    s->userinfo.path = "/userinfo";
    s->login.status = s->userinfo.status = 200;
    must(pthread_mutex_init(&s->lock, NULL) == 0);
    s->http.answer = answer;
    s->http.context = s;
    s->http.tls = tls;
    http_server_start(&s->http);
    strcpy(s->url, s->http.url);
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
