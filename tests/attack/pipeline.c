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

enum { REQUEST = 512, BUFFER = 1 << 16 };

/* Writes requests FIRST to LAST, one behind the other; returns the length. */
static size_t write_batch(const struct pipeline *pipeline, char *out, int first,
                          int last)
{
    size_t len = 0;

    for (int i = first; i < last; i++) {
        char json[REQUEST - 128];
        const char *path = pipeline->write(json, sizeof json, i);

        len += (size_t)snprintf(out + len, REQUEST,
                                "POST %s HTTP/1.1\r\nHost: lab\r\n"
                                "Content-Length: %zu\r\n\r\n%s",
                                path, strlen(json), json);
    }
    return len;
}

static int send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

        if (n <= 0)
            return -1;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

/* The end of the answer at AT, whose STATUS it sets; NULL: not whole yet. */
static char *read_answer(char *at, const char *end, int *status)
{
    char *body = strstr(at, "\r\n\r\n"), *length;
    long len;

    if (body == NULL || sscanf(at, "HTTP/1.1 %d ", status) != 1)
        return NULL;
    length = strstr(at, "\r\nContent-Length: ");
    len = length != NULL && length < body ? strtol(length + 18, NULL, 10) : 0;
    return end - body - 4 >= len ? body + 4 + len : NULL;
}

/* Reads COUNT answers from FD. Returns 0, or -1 when it has ended before. */
static int read_batch(struct pipeline *pipeline, int fd, char *buffer,
                      int count)
{
    size_t len = 0;

    while (count > 0) {
        char *at = buffer, *end;
        ssize_t n = recv(fd, buffer + len, BUFFER - 1 - len, 0);
        int status;

        if (n <= 0)
            return -1;
        len += (size_t)n;
        buffer[len] = '\0';
        while ((end = read_answer(at, buffer + len, &status)) != NULL) {
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
        if (send_all(http.fd, out, len) != 0 ||
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
    pthread_t *threads =
        calloc((size_t)pipeline->connections, sizeof threads[0]);
    double began = clock_ms();

    ck_assert_ptr_nonnull(threads);
    for (int i = 0; i < pipeline->connections; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run, pipeline), 0);
    for (int i = 0; i < pipeline->connections; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    return (clock_ms() - began) / 1e3;
}
