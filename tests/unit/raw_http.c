/* SPDX-License-Identifier: MIT */
/* One connection at a time to a server in the same process. */
#include "tests/unit/raw_http.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/http_client.h"
#include "tests/support/tcp.h"

struct raw_http raw_http;

void raw_http_begin(void)
{
    embedded_begin();
    embedded_serve();
}

int raw_http_send(const char *text, size_t len)
{
    int fd = tcp_connect(embedded.port);

    tcp_write(fd, text, len);
    return raw_http_finish(fd);
}

int raw_http_post(const char *path, const char *body)
{
    char text[2048];
    int fd = tcp_connect(embedded.port);
    size_t len = http_request(text, sizeof text, path, CLOSE, body);

    tcp_write(fd, text, len);
    return fd;
}

int raw_http_finish(int fd)
{
    tcp_read(fd, raw_http.out, sizeof raw_http.out);
    close(fd);
    return raw_http_status();
}

int raw_http_status(void)
{
    int number = 0;

    ck_assert_msg(raw_http.out[0] == '\0' ||
                      sscanf(raw_http.out, "HTTP/1.1 %d ", &number) == 1,
                  "came: %s", raw_http.out);
    return number;
}

bool raw_http_has(const char *part)
{
    return strstr(raw_http.out, part) != NULL;
}
