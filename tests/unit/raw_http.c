/* SPDX-License-Identifier: MIT */
/* One connection at a time to a server in the same process. */
#include "tests/unit/raw_http.h"

#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/http_client.h"
#include "tests/support/tcp.h"

struct raw_http raw_http;

void raw_http_begin(void)
{
    capture(STDERR_FILENO);
    embedded_open(&raw_http.server);
    embedded_serve(&raw_http.server, DAEMON_TIMEOUT, DAEMON_IDLE_TIMEOUT,
                   DAEMON_CONNECTIONS);
}

void raw_http_end(void)
{
    embedded_close(&raw_http.server);
}

void raw_http_send(const char *text, size_t len)
{
    int fd = tcp_connect(raw_http.server.port);

    tcp_write(fd, text, len);
    raw_http_finish(fd, raw_http.out, sizeof raw_http.out);
}

int raw_http_post(uint16_t port, const char *path, const char *body)
{
    char text[2048];
    int fd = tcp_connect(port);
    size_t len = http_request(text, sizeof text, path, CLOSE, body);

    tcp_write(fd, text, len);
    return fd;
}

int raw_http_finish(int fd, char *out, size_t out_size)
{
    int status = 0;

    tcp_read(fd, out, out_size);
    close(fd);
    sscanf(out, "HTTP/1.1 %d ", &status);
    return status;
}

int raw_http_status(void)
{
    int number = 0;

    ck_assert_msg(raw_http.out[0] == '\0' ||
                      sscanf(raw_http.out, "HTTP/1.1 %d ", &number) == 1,
                  "came: %s", raw_http.out);
    return number;
}
