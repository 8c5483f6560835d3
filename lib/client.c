/* SPDX-License-Identifier: MIT */
/* The beginning that sender and receiver share. */
#include "lib/client.h"

#include <string.h>
#include <sysexits.h>

#include "lib/say.h"

enum { OPTIONS_MAX = 16 };

/* Appends FROM, up to and with its empty end, to the table TO. */
static void append(struct kit_option *to, const struct kit_option *from)
{
    while (to->name != NULL)
        to++;
    do {
        *to++ = *from;
    } while (from++->name != NULL);
}

/* Password and server, once the command line is known. */
static int prepare(struct kit_client *client, const char *url,
                   const char *cacert, const char *password_file)
{
    if (!kit_is_name(client->user)) {
        kit_error("who are you? Type for example: --user alice");
        return EX_USAGE;
    }
    if (kit_http_open(&client->server, url, cacert) != 0)
        return EX_USAGE;
    if (kit_password_read(client->password, sizeof client->password,
                          password_file, "Password: ") != 0)
        return EX_NOINPUT;
    return EX_OK;
}

int kit_client_open(struct kit_client *client,
                    const struct kit_command *command, int argc, char **argv)
{
    const char *url = "http://127.0.0.1:8080";
    const char *cacert = NULL, *password_file = NULL;
    const struct kit_option common[] = {
        {"server", "URL", "the server (http://127.0.0.1:8080)", &url, NULL},
        {"user", "NAME", "who you are", &client->user, NULL},
        {"cacert", "FILE", "trust this CA for https", &cacert, NULL},
        {"password-file", "FILE", "its first line is your password",
         &password_file, NULL},
        {NULL, NULL, NULL, NULL, NULL},
    };
    struct kit_option options[OPTIONS_MAX] = {{NULL, NULL, NULL, NULL, NULL}};
    struct kit_command whole = *command;
    int rc;

    *client = (struct kit_client){.user = NULL};
    append(options, common);
    if (command->options != NULL)
        append(options, command->options);
    whole.options = options;
    client->operand = argv[kit_options(argc, argv, &whole)];

    rc = prepare(client, url, cacert, password_file);
    if (rc != EX_OK)
        kit_client_close(client);
    return rc;
}

int kit_client_listen(struct kit_peers **peers, uint16_t *bound,
                      struct kit_client *client, const char *ip,
                      const char *port)
{
    char own[KIT_IP_SIZE];
    long n = kit_option_number("port", port, 0, 65535, KIT_PORT_DEFAULT);

    *peers = NULL;
    if (ip == NULL) {
        if (kit_http_local_ip(own, sizeof own, client->server) != 0)
            return EX_UNAVAILABLE;
        ip = own;
    }
    return kit_peers_listen(peers, bound, ip, (uint16_t)n) == 0
               ? EX_OK
               : EX_UNAVAILABLE;
}

void kit_client_close(struct kit_client *client)
{
    kit_http_close(client->server);
    kit_wipe(client->password, sizeof client->password);
    client->server = NULL;
}
