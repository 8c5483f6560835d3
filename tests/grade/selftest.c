/* SPDX-License-Identifier: MIT */
/*
 * selftest: a correct program. The grader runs it like a submission, before the
 * first check, and after the last one if a check failed. If this program fails,
 * the machine is at fault and there is no verdict. For the same reason the
 * grader builds it if a submission cannot be built.
 *
 *     selftest URL
 *
 * It does once what sender and receiver do: it reads its password, seals and
 * opens a box, listens, connects, sends and receives a line, and asks the
 * server at URL. It exits with 0; or with 1, and prints the step that failed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/kit.h"

static int failed(const char *step)
{
    fprintf(stderr, "%s: %s\n", step, strerror(errno));
    return -1;
}

/* Reads the password file, which belongs to this user. */
static int read_password(char *out, size_t out_size)
{
    FILE *file = fopen("password", "r");
    int rc = file != NULL && fgets(out, (int)out_size, file) != NULL ? 0 : -1;

    if (file != NULL)
        fclose(file);
    out[strcspn(out, "\n")] = '\0';
    return rc == 0 ? 0 : failed("cannot read its password file");
}

/* Seals TEXT and opens it, on the heap, which sanitizers check. */
static int seal_and_open(const char *text)
{
    enum { ROOM = 4096 + KIT_TAG_LEN };
    uint8_t *box = calloc(2, ROOM), *out = box != NULL ? box + ROOM : NULL;
    struct kit_nonce nonce;
    struct kit_key key;
    size_t len = strlen(text);
    int rc = -1;

    if (box != NULL && kit_random(&nonce, sizeof nonce) == 0 &&
        kit_derive(&key, text, KIT_LABEL_MESSAGE) == 0 &&
        kit_seal(box, ROOM, &key, &nonce, "", 0, text, len) == 0 &&
        kit_open(out, ROOM, &key, &nonce, "", 0, box, len + KIT_TAG_LEN) == 0)
        rc = memcmp(out, text, len);
    free(box);
    if (rc != 0)
        fprintf(stderr, "cannot seal and open with %s\n", kit_crypto_name());
    return rc;
}

/* Asks the server at URL, as sender and receiver do. */
static int ask_server(const char *url)
{
    static struct kit_reply reply;
    struct kit_http *http;
    int rc = -1;

    if (kit_http_open(&http, url, NULL) == 0 &&
        kit_http_post(&reply, http, "/login", "{}") == 0 && reply.status == 200)
        rc = 0;
    kit_http_close(http);
    return rc;
}

/* Sends a line from the socket CALLER to the socket PEER. */
static int carry(int caller, int peer)
{
    char line[6];
    size_t len = 0;
    ssize_t n = 1;

    if (send(caller, "hello\n", 6, 0) != 6)
        return -1;
    for (; len < sizeof line && n > 0; len += n > 0 ? (size_t)n : 0)
        n = recv(peer, line + len, sizeof line - len, 0);
    return len == sizeof line ? memcmp(line, "hello\n", len) : -1;
}

/* Listens on 127.0.0.1, connects to it, and sends itself a line. */
static int listen_and_call(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int caller = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &size) != 0 ||
        connect(caller, (struct sockaddr *)&at, sizeof at) != 0 ||
        carry(caller, accept(listener, NULL, NULL)) != 0)
        return failed("cannot talk to itself over 127.0.0.1: is the network "
                      "device lo up?");
    close(caller);
    close(listener);
    return 0;
}

int main(int argc, char **argv)
{
    char password[256] = "";

    if (argc != 2 || read_password(password, sizeof password) != 0 ||
        seal_and_open(password) != 0 || listen_and_call() != 0 ||
        ask_server(argv[1]) != 0)
        return 1;
    return puts("hello") < 0 || fflush(stdout) != 0 ? 1 : 0;
}
