/* SPDX-License-Identifier: MIT */
#include "tests/support/http_server.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/failure.h"
#include "tests/support/tcp.h"

/* Whether all of the request is there, head and body. */
static bool is_whole(const char *request)
{
    const char *body = strstr(request, "\r\n\r\n");
    const char *length = strstr(request, "Content-Length: ");

    return body != NULL && (length == NULL ||
                            strlen(body + 4) >= strtoul(length + 16, NULL, 10));
}

/* Begins TLS on FD, if the server has a certificate. False if that fails. */
static bool open_session(struct http_server *server, int fd)
{
    if (server->tls == NULL)
        return true;
    server->session = SSL_new(server->tls);
    ensure(server->session != NULL && SSL_set_fd(server->session, fd) == 1);
    return SSL_accept(server->session) == 1;
}

static void close_session(struct http_server *server)
{
    if (server->session != NULL && SSL_is_init_finished(server->session))
        SSL_shutdown(server->session);
    SSL_free(server->session);
    server->session = NULL;
    ERR_clear_error();
}

bool http_server_send(struct http_server *server, int fd, const void *bytes,
                      size_t len)
{
    if (server->session == NULL)
        return tcp_send(fd, bytes, len);
    return len == 0 || SSL_write(server->session, bytes, (int)len) == (int)len;
}

/*
 * Reads one request. False if the peer closes before the end of the request, or
 * begins TLS (0x16): such a peer would wait for our answer for ever.
 */
static bool read_request(struct http_server *server, int fd)
{
    char *request = server->kept[server->requests % HTTP_SERVER_KEPT];
    size_t len = 0;

    do {
        size_t room = HTTP_SERVER_REQUEST - 1 - len;
        ssize_t n = server->session == NULL
                        ? recv(fd, request + len, room, 0)
                        : SSL_read(server->session, request + len, (int)room);

        if (n <= 0 || request[0] == 0x16)
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
    return http_server_send(server, fd, answer->text, strlen(answer->text)) &&
           !answer->then_close;
}

void http_server_reply(struct http_server *server, int fd, int status,
                       const char *fields, const char *body)
{
    char head[256];

    snprintf(head, sizeof head,
             "HTTP/1.1 %d Scripted\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n%sConnection: close\r\n\r\n",
             status, strlen(body), fields);
    if (http_server_send(server, fd, head, strlen(head)))
        http_server_send(server, fd, body, strlen(body));
}

static bool answer(struct http_server *server, int fd)
{
    if (server->answer != NULL)
        return server->answer(server, fd);
    if (server->script != NULL)
        return answer_by_script(server, fd);
    http_server_reply(server, fd, server->status, "", server->body);
    return false;
}

static void *serve(void *context)
{
    struct http_server *server = context;
    int fd;

    while ((fd = tcp_next(server->listener)) >= 0) {
        server->connections++;
        server->peer = fd;
        if (open_session(server, fd)) {
            while (!server->stopping && read_request(server, fd) &&
                   answer(server, fd))
                ;
        }
        close_session(server);
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

    ensure(getsockname(listener, (struct sockaddr *)&at, &size) == 0);
    snprintf(server->url, sizeof server->url, "%s://127.0.0.1:%u",
             server->tls != NULL ? "https" : "http",
             (unsigned)ntohs(at.sin_port));
    server->listener = listener;
    server->connections = server->requests = 0;
    server->peer = -1;
    server->stopping = false;
    ensure(pthread_create(&server->thread, NULL, serve, server) == 0);
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
