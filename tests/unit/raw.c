/* SPDX-License-Identifier: MIT */
/* One connection at a time to a server in the same process. */
#include "tests/unit/raw.h"

#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/unit/capture.h"
#include "tests/unit/tcp.h"

struct raw raw;

void raw_begin(void)
{
    capture(STDERR_FILENO);
    lab_open(&raw.lab);
    lab_serve(&raw.lab, DAEMON_TIMEOUT, DAEMON_IDLE_TIMEOUT,
              DAEMON_CONNECTIONS);
}

void raw_end(void)
{
    lab_close(&raw.lab);
}

void raw_send(const char *text, size_t len)
{
    int fd = tcp_connect(raw.lab.port);

    tcp_write(fd, text, len);
    tcp_read(fd, raw.out, sizeof raw.out);
    close(fd);
}

int raw_status(void)
{
    int number = 0;

    ck_assert_msg(raw.out[0] == '\0' ||
                      sscanf(raw.out, "HTTP/1.1 %d ", &number) == 1,
                  "came: %s", raw.out);
    return number;
}
