/* SPDX-License-Identifier: MIT */
#include "tests/support/requests.h"

#include <stdio.h>
#include <string.h>

#include "lib/wire.h"
#include "tests/support/target.h"
#include "tests/support/tcp.h"

int request_ask(struct requester *from)
{
    return http_ask(&from->http, from->name, from->token, from->receiver);
}

static int login(struct requester *from, const char *name, const char *password)
{
    char token[KIT_TOKEN_MAX + 1];

    if (http_login(&from->http, name, password, token) == 200)
        memcpy(from->token, token, sizeof token);
    return from->http.status;
}

int request_login(struct requester *from)
{
    return login(from, from->name, target_password(from->name));
}

int request_wrong_password(struct requester *from)
{
    return login(from, from->name, "wrong");
}

int request_unknown_name(struct requester *from)
{
    char name[64];

    snprintf(name, sizeof name, "nobody-%s-%ld", from->name, from->number);
    return login(from, name, "wrong");
}

int request_wrong_token(struct requester *from)
{
    char token[65];

    snprintf(token, sizeof token, "%064lx", (unsigned long)from->number);
    return http_ask(&from->http, from->name, token, "bob");
}

int request_malformed(struct requester *from)
{
    return http_post(&from->http,
                     from->number % 2 == 0 ? "/userinfo" : "/login",
                     "{\"username\":\"alice\",}");
}

int request_own_name(struct requester *from)
{
    return http_ask(&from->http, from->name, from->token, from->name);
}

int request_wrong_path(struct requester *from)
{
    return http_post(&from->http, "/Login", "{}");
}

static int raw(struct requester *from, const char *text)
{
    return http_raw(&from->http, text, strlen(text));
}

int request_wrong_method(struct requester *from)
{
    return raw(from, "GET /login HTTP/1.1\r\nHost: lab\r\n\r\n");
}

int request_too_large(struct requester *from)
{
    return raw(from, "POST /login HTTP/1.1\r\nHost: lab\r\n"
                     "Content-Length: 4097\r\n\r\n");
}

int request_from_page(struct requester *from)
{
    return raw(from, "POST /login HTTP/1.1\r\nHost: lab\r\nOrigin: http://x\r\n"
                     "Content-Length: 2\r\n\r\n{}");
}

int request_cut(struct requester *from)
{
    char text[512];
    size_t len = http_request(text, sizeof text, "/login", "",
                              "{\"username\":\"nobody\",\"password\":\"x\"}");
    bool connected = http_connect(&from->http) >= 0;

    if (connected) {
        tcp_send(from->http.fd, text, (size_t)from->number % (len + 1));
        tcp_reset_on_close(from->http.fd);
    }
    http_close(&from->http);
    return connected ? 0 : -1;
}

int request_nothing(struct requester *from)
{
    bool connected = http_connect(&from->http) >= 0;

    http_close(&from->http);
    return connected ? 0 : -1;
}
