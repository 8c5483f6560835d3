/* SPDX-License-Identifier: MIT */
/* A thread for each connection; each writes a batch and reads as many answers.
 */
#include "tests/attack/pipeline.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

enum { REQUEST = 512, BUFFER = 1 << 16 };

/* Writes requests FIRST to LAST, one behind the other; returns the length. */
static size_t write_batch(const struct pipeline *pipeline, char *out, int first,
                          int last)
{
    size_t len = 0;

    for (int i = first; i < last; i++) {
        char json[REQUEST - 128];
        const char *path = pipeline->write(json, sizeof json, i);

        len += http_request(out + len, REQUEST, path, "", json);
    }
    return len;
}

/* Reads COUNT answers from FD. Returns 0, or -1 when it has ended before. */
static int read_batch(struct pipeline *pipeline, int fd, char *buffer,
                      int count)
{
    size_t len = 0;

    while (count > 0) {
        const char *at = buffer, *end;
        ssize_t n = recv(fd, buffer + len, BUFFER - 1 - len, 0);
        bool last;
        int status;

        if (n <= 0)
            return -1;
        len += (size_t)n;
        buffer[len] = '\0';
        while ((end = http_answer_end(at, buffer + len, &status, &last)) !=
               NULL) {
            atomic_fetch_add(
                &pipeline->answers[(unsigned)status % HTTP_STATUSES], 1);
            count--;
            at = end;
        }
        len -= (size_t)(at - buffer);
        memmove(buffer, at, len + 1);
    }
    return 0;
}

static void *run(void *context)
{
    struct pipeline *pipeline = context;
    char *out = malloc(PIPELINE_BATCH * REQUEST), *buffer = malloc(BUFFER);
    struct http http;
    int first;

    ck_assert(out != NULL && buffer != NULL);
    http_open(&http, pipeline->url, NULL);
    while ((first = atomic_fetch_add(&pipeline->next, PIPELINE_BATCH)) <
           pipeline->requests) {
        int last = first + PIPELINE_BATCH;
        size_t len;

        if (last > pipeline->requests)
            last = pipeline->requests;
        len = write_batch(pipeline, out, first, last);
        if (http.fd < 0 && http_connect(&http) < 0)
            continue;
        if (!tcp_send(http.fd, out, len) ||
            read_batch(pipeline, http.fd, buffer, last - first) != 0)
            http_close(&http);
    }
    http_close(&http);
    free(out);
    free(buffer);
    return NULL;
}

double pipeline_run(struct pipeline *pipeline)
{
    struct threads threads;
    double began = stopwatch_now();

    threads_begin(&threads, pipeline->connections, run, pipeline, 0);
    threads_end(&threads);
    return (stopwatch_now() - began) / 1e3;
}
