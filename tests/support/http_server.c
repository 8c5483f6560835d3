/* SPDX-License-Identifier: MIT */
#include "tests/support/http_server.h"

#include <arpa/inet.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/tcp.h"

/* Whether all of the request is there, head and body. */
static bool is_whole(const char *request)
{
    const char *body = strstr(request, "\r\n\r\n");
    const char *length = strstr(request, "Content-Length: ");

    return body != NULL && (length == NULL ||
                            strlen(body + 4) >= strtoul(length + 16, NULL, 10));
}

/* Reads one request. False if the peer closes before its end. */
static bool read_request(struct http_server *server, int fd)
{
    char *request = server->kept[server->requests % HTTP_SERVER_KEPT];
    size_t len = 0;

    do {
        ssize_t n = recv(fd, request + len, HTTP_SERVER_REQUEST - 1 - len, 0);

        if (n <= 0)
            return false;
        len += (size_t)n;
        request[len] = '\0';
    } while (!is_whole(request));
    server->requests++;
    return true;
}

static bool answer_by_script(struct http_server *server, int fd)
{
    const struct http_answer *answer = server->script;

    if (answer->text == NULL)
        return false;
    server->script++;
    return tcp_send(fd, answer->text, strlen(answer->text)) &&
           !answer->then_close;
}

static bool answer_constant(struct http_server *server, int fd)
{
    char head[256];

    snprintf(head, sizeof head,
             "HTTP/1.1 %d Scripted\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\nConnection: close\r\n\r\n",
             server->status, strlen(server->body));
    if (tcp_send(fd, head, strlen(head)))
        tcp_send(fd, server->body, strlen(server->body));
    return false;
}

static bool answer(struct http_server *server, int fd)
{
    if (server->answer != NULL)
        return server->answer(server, fd);
    if (server->script != NULL)
        return answer_by_script(server, fd);
    return answer_constant(server, fd);
}

static void *serve(void *context)
{
    struct http_server *server = context;
    int fd;

    while ((fd = tcp_next(server->listener)) >= 0) {
        server->connections++;
        server->peer = fd;
        while (!server->stopping && read_request(server, fd) &&
               answer(server, fd))
            ;
        server->peer = -1;
        close(fd);
    }
    return NULL;
}

void http_server_open(struct http_server *server, int status, const char *body)
{
    memset(server, 0, sizeof *server);
    server->status = status;
    server->body = body;
    http_server_start(server);
}

void http_server_start(struct http_server *server)
{
    uint16_t port;

    http_server_start_on(server, tcp_listen(&port));
}

void http_server_start_on(struct http_server *server, int listener)
{
    struct sockaddr_in at;
    socklen_t size = sizeof at;

    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%u",
             (unsigned)ntohs(at.sin_port));
    server->listener = listener;
    server->connections = server->requests = 0;
    server->peer = -1;
    server->stopping = false;
    ck_assert_int_eq(pthread_create(&server->thread, NULL, serve, server), 0);
}

void http_server_close(struct http_server *server)
{
    int peer;

    server->stopping = true;
    shutdown(server->listener, SHUT_RDWR);
    /* A client may keep its connection open without a further request. */
    peer = server->peer;
    if (peer >= 0)
        shutdown(peer, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}

const char *http_server_request(const struct http_server *server, int number)
{
    return server->kept[number % HTTP_SERVER_KEPT];
}
