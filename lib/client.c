/* SPDX-License-Identifier: MIT */
/* Starting and running a sender or a receiver. */
#include "lib/client.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/input.h"
#include "lib/name.h"
#include "lib/net.h"
#include "lib/say.h"
#include "lib/streams.h"
#include "lib/trace.h"
#include "lib/wire.h"

enum { OPTIONS_MAX = 16 };

/* The options that are needed only at the start. */
struct settings {
    const char *url, *cacert, *password_file;
    struct kit_trace_options trace;
};

/* Appends the options of FROM to the table TO. Both end with an empty one. */
static void append(struct kit_option *to, const struct kit_option *from)
{
    while (to->name != NULL)
        to++;
    do {
        *to++ = *from;
    } while (from++->name != NULL);
}

/*
 * Reads the command line. The options are those that both programs have, and
 * those of COMMAND after them. Returns the index of the first operand.
 */
static int read_settings(struct settings *settings, struct kit_client *client,
                         struct kit_command command, int argc, char **argv)
{
    const struct kit_option common[] = {
        {"server", "URL", "the server (http://127.0.0.1:8080)", &settings->url,
         NULL},
        {"user", "NAME", "the name of your account", &client->user, NULL},
        {"cacert", "FILE", "trust this CA for https", &settings->cacert, NULL},
        {"password-file", "FILE", "read the password from a file's first line",
         &settings->password_file, NULL},
        {"trace", "FILE", KIT_TRACE_HELP, &settings->trace.file, NULL},
        {"trace-keys", NULL, KIT_TRACE_KEYS_HELP, NULL, &settings->trace.keys},
        {"verbose", NULL, KIT_VERBOSE_HELP, NULL, &settings->trace.verbose},
        {NULL, NULL, NULL, NULL, NULL},
    };
    struct kit_option options[OPTIONS_MAX] = {{NULL, NULL, NULL, NULL, NULL}};

    append(options, common);
    if (command.options != NULL)
        append(options, command.options);
    command.options = options;
    settings->url = "http://127.0.0.1:8080";
    return kit_options(argc, argv, &command);
}

/* Checks both names: the server's error for an invalid name is not clear. */
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

/*
 * Checks the names, prepares the connection, begins the trace of PROGRAM and
 * reads the password.
 */
static int prepare(struct kit_client *client, const struct settings *settings,
                   const char *program)
{
    int rc = EX_OK;

    if (check_names(client) != 0 ||
        kit_http_open(&client->server, settings->url, settings->cacert) != 0)
        rc = EX_USAGE;
    else
        rc = kit_trace_open(&settings->trace, program, client->user);
    if (rc == EX_OK &&
        kit_password_read(client->password, sizeof client->password,
                          settings->password_file, "Password: ") != 0)
        rc = EX_NOINPUT;
    if (rc != EX_OK)
        kit_client_close(client);
    return rc;
}

/* Checks that the sender can read texts. Returns an exit code. */
static int check_input(void)
{
    if (kit_can_read(STDIN_FILENO))
        return EX_OK;
    kit_error("standard input is closed, so there is nothing to send: start "
              "the sender without <&-");
    return EX_NOINPUT;
}

/* Checks that the receiver can show texts. Returns an exit code. */
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
    struct settings settings = {.url = NULL};
    int rc;

    *client = (struct kit_client){.user = NULL};
    client->receiver =
        argv[read_settings(&settings, client, command, argc, argv)];
    rc = check_input();
    return rc == EX_OK ? prepare(client, &settings, command.name) : rc;
}

int kit_receiver_open(struct kit_client *client, int argc, char **argv)
{
    const char *port = NULL;
    const struct kit_option options[] = {
        {"listen", "ADDR", "listen on this address of this machine",
         &client->listen, NULL},
        {"port", "N", "listen on this port (4444; 0: any)", &port, NULL},
        {"strict-ip", NULL, "refuse a line from an address not in its ticket",
         NULL, &client->strict_ip},
        {NULL, NULL, NULL, NULL, NULL},
    };
    const struct kit_command command = {
        .name = "receiver",
        .operands = "",
        .about = "Shows the messages that others send to you.",
        .options = options,
    };
    struct settings settings = {.url = NULL};
    int rc;

    *client = (struct kit_client){.user = NULL};
    read_settings(&settings, client, command, argc, argv);
    client->port =
        (uint16_t)kit_option_number("port", port, 0, 65535, KIT_PORT_DEFAULT);
    rc = check_output();
    return rc == EX_OK ? prepare(client, &settings, command.name) : rc;
}

int kit_client_listen(struct kit_inbox **inbox, struct kit_client *client)
{
    const char *ip = client->listen;
    char own[KIT_IP_SIZE];

    *inbox = NULL;
    if (kit_http_local_ip(own, sizeof own, client->server) != 0)
        return EX_UNAVAILABLE;
    if (ip == NULL)
        ip = own;
    if (kit_inbox_listen(inbox, &client->port, ip, client->port) != 0)
        return EX_UNAVAILABLE;
    if (!kit_net_reaches(own, ip))
        kit_note("senders will connect to %s, the address that you log in "
                 "from, but you listen on %s: leave --listen out, or type "
                 "--listen %s",
                 own, ip, own);
    return EX_OK;
}

/*
 * Whether to go on with the next text after one has failed with CODE. EX_IOERR
 * means that the connection has ended. Then a new chat can begin, unless the
 * receiver has stalled: it would stall again. If the connection is still open,
 * EX_IOERR is a mistake of the handler, which the next text would repeat.
 */
static bool may_go_on(int code, const struct kit_outbox *outbox)
{
    return code == EX_UNAVAILABLE || code == EX_TEMPFAIL || code == EX_NOUSER ||
           (code == EX_IOERR && outbox->fd < 0 && !outbox->stalled);
}

int kit_sender_run(struct kit_outbox *outbox, kit_text_handler *handler,
                   void *context)
{
    struct kit_input input = {.watch = outbox};
    const char *text;
    size_t len;
    int rc = EX_OK, code = EX_OK, got;

    while (code == EX_OK && !outbox->stalled &&
           (got = kit_input_text(&text, &len, &input)) != KIT_INPUT_END) {
        if (got == KIT_INPUT_TEXT)
            code = handler(context, text, len);
        else /* a text that is too long is skipped, never cut */
            rc = got == KIT_INPUT_REFUSED ? EX_DATAERR : EX_IOERR;
        if (may_go_on(code, outbox)) {
            kit_error("this text was not sent");
            rc = code;
            code = EX_OK;
        }
        /* While more lines are waiting, only buffer: send them together. If
           this fails, kit_outbox_close returns -1. */
        if (code == EX_OK && !kit_input_has_line(&input))
            (void)!kit_outbox_flush(outbox);
    }
    if (outbox->stalled)
        kit_error("the texts after that were not sent: make sure that the "
                  "receiver runs, then start the sender again");
    if (kit_outbox_close(outbox) != 0 && rc == EX_OK)
        rc = EX_IOERR;
    kit_wipe(&input, sizeof input); /* texts that were not sent */
    return code != EX_OK ? code : rc;
}

int kit_receiver_run(struct kit_inbox *inbox, kit_line_handler *handler,
                     void *context)
{
    switch (kit_inbox_serve(inbox, handler, context, KIT_TOKEN_LIFE)) {
    case 0:
        return EX_OK;
    case 1:
        kit_error("the session has ended after %d hours: start the receiver "
                  "again to log in",
                  KIT_TOKEN_LIFE / 3600);
        return EX_TEMPFAIL;
    default:
        return EX_IOERR;
    }
}

void kit_client_close(struct kit_client *client)
{
    kit_http_close(client->server);
    kit_wipe(client->password, sizeof client->password);
    client->server = NULL;
}
