/* SPDX-License-Identifier: MIT */
/* The beginning that sender and receiver share. */
#include "lib/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/name.h"
#include "lib/say.h"
#include "lib/streams.h"
#include "lib/wire.h"

enum { OPTIONS_MAX = 16 };

/* What both programs are told before they begin. */
struct words {
    const char *url, *cacert, *password_file;
};

/* Appends FROM, up to and with its empty end, to the table TO. */
static void append(struct kit_option *to, const struct kit_option *from)
{
    while (to->name != NULL)
        to++;
    do {
        *to++ = *from;
    } while (from++->name != NULL);
}

/*
 * Reads the command line of COMMAND, whose table of options stands behind
 * the one that both programs have. Returns the index of the first operand.
 */
static int read_words(struct words *words, struct kit_client *client,
                      struct kit_command command, int argc, char **argv)
{
    const struct kit_option common[] = {
        {"server", "URL", "the server (http://127.0.0.1:8080)", &words->url,
         NULL},
        {"user", "NAME", "who you are", &client->user, NULL},
        {"cacert", "FILE", "trust this CA for https", &words->cacert, NULL},
        {"password-file", "FILE", "its first line is your password",
         &words->password_file, NULL},
        {NULL, NULL, NULL, NULL, NULL},
    };
    struct kit_option options[OPTIONS_MAX] = {{NULL, NULL, NULL, NULL, NULL}};

    append(options, common);
    if (command.options != NULL)
        append(options, command.options);
    command.options = options;
    words->url = "http://127.0.0.1:8080";
    return kit_options(argc, argv, &command);
}

/* Checks both names here: for a wrong one the server has no clear error. */
static int check_names(const struct kit_client *client)
{
    if (client->user == NULL) {
        kit_error("your user name is missing: give it with --user, for "
                  "example --user alice");
        return -1;
    }
    if (kit_name_check(client->user) != 0)
        return -1;
    if (client->receiver == NULL)
        return 0;
    if (kit_name_check(client->receiver) != 0)
        return -1;
    if (strcmp(client->user, client->receiver) == 0) {
        kit_error("%s cannot send to %s: name another user as the receiver",
                  client->user, client->receiver);
        return -1;
    }
    return 0;
}

/* Names, server and password, once the command line is known. */
static int prepare(struct kit_client *client, const struct words *words)
{
    int rc = EX_OK;

    if (check_names(client) != 0 ||
        kit_http_open(&client->server, words->url, words->cacert) != 0)
        rc = EX_USAGE;
    else if (kit_password_read(client->password, sizeof client->password,
                               words->password_file, "Password: ") != 0)
        rc = EX_NOINPUT;
    if (rc != EX_OK)
        kit_client_close(client);
    return rc;
}

/* The sender reads texts from standard input. Returns an exit code. */
static int check_input(void)
{
    if (kit_can_read(STDIN_FILENO))
        return EX_OK;
    kit_error("standard input is closed, so there is nothing to send: start "
              "the sender without <&-");
    return EX_NOINPUT;
}

/* A receiver that cannot show texts must not accept any. Exit code. */
static int check_output(void)
{
    if (kit_can_write(STDOUT_FILENO))
        return EX_OK;
    kit_error("standard output is closed, so messages would be lost: start "
              "the receiver without >&-");
    return EX_IOERR;
}

int kit_sender_open(struct kit_client *client, int argc, char **argv)
{
    const struct kit_command command = {
        .name = "sender",
        .operands = "RECEIVER",
        .about = "Sends each line of standard input to RECEIVER.",
        .min = 1,
        .max = 1,
    };
    struct words words = {NULL, NULL, NULL};
    int rc;

    *client = (struct kit_client){.user = NULL};
    client->receiver = argv[read_words(&words, client, command, argc, argv)];
    rc = check_input();
    return rc == EX_OK ? prepare(client, &words) : rc;
}

int kit_receiver_open(struct kit_client *client, int argc, char **argv)
{
    const char *port = NULL;
    const struct kit_option options[] = {
        {"listen", "ADDR", "listen on this address of yours", &client->listen,
         NULL},
        {"port", "N", "listen on this port (4444; 0: any)", &port, NULL},
        {"strict-ip", NULL, "refuse lines from other addresses", NULL,
         &client->strict_ip},
        {NULL, NULL, NULL, NULL, NULL},
    };
    const struct kit_command command = {
        .name = "receiver",
        .operands = "",
        .about = "Shows the messages that others send to you.",
        .options = options,
    };
    struct words words = {NULL, NULL, NULL};
    int rc;

    *client = (struct kit_client){.user = NULL};
    read_words(&words, client, command, argc, argv);
    client->port =
        (uint16_t)kit_option_number("port", port, 0, 65535, KIT_PORT_DEFAULT);
    rc = check_output();
    return rc == EX_OK ? prepare(client, &words) : rc;
}

/* Whether connections to the address OWN reach a listener on IP. */
static bool is_heard_at(const char *own, const char *ip)
{
    uint8_t a[sizeof(struct in6_addr)] = {0}, b[sizeof a] = {0};
    static const uint8_t any[sizeof a]; /* 0.0.0.0 and :: */
    int family = strchr(own, ':') == NULL ? AF_INET : AF_INET6;

    return inet_pton(family, own, a) == 1 && inet_pton(family, ip, b) == 1 &&
           (memcmp(b, any, sizeof b) == 0 || memcmp(a, b, sizeof a) == 0);
}

int kit_client_listen(struct kit_inbox **peers, uint16_t *bound,
                      struct kit_client *client)
{
    const char *ip = client->listen;
    char own[KIT_IP_SIZE];

    *peers = NULL;
    if (kit_http_local_ip(own, sizeof own, client->server) != 0)
        return EX_UNAVAILABLE;
    if (ip == NULL)
        ip = own;
    if (kit_inbox_listen(peers, bound, ip, client->port) != 0)
        return EX_UNAVAILABLE;
    if (!is_heard_at(own, ip))
        kit_note("senders will connect to %s, the address that you log in "
                 "from, but you listen on %s: leave --listen out, or type "
                 "--listen %s",
                 own, ip, own);
    return EX_OK;
}

void kit_client_close(struct kit_client *client)
{
    kit_http_close(client->server);
    kit_wipe(client->password, sizeof client->password);
    client->server = NULL;
}
