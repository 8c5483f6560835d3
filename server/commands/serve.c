/* SPDX-License-Identifier: MIT */
/* chat-server serve: the server itself. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <microhttpd.h>

#include "lib/net.h"
#include "lib/options.h"
#include "lib/say.h"
#include "server/commands/commands.h"
#include "server/commands/demo.h"
#include "server/http/daemon.h"
#include "server/http/library.h"
#include "server/store/accounts.h"
#include "server/store/secret_file.h"

enum {
    SPARE_FILES = 64,         /* descriptors for all that is no connection */
    LARGE_BYTES = 128 * 1024, /* of memory, in one piece */
};

/* The command line. */
static const char *listen_on = "127.0.0.1", *port_text, *db;
static const char *tls_cert, *tls_key, *ln_text;
static bool demo, insecure_http;

static const struct kit_option options[] = {
    {"listen", "ADDR", "address to listen on (127.0.0.1)", &listen_on, NULL},
    {"port", "N", "port; 0 is any free one (8080)", &port_text, NULL},
    {"db", "FILE", COMMAND_DB_HELP, &db, NULL},
    {"demo", NULL, "four accounts with known passwords, nothing kept", NULL,
     &demo},
    {"tls-cert", "FILE", "certificate for https", &tls_cert, NULL},
    {"tls-key", "FILE", "its private key", &tls_key, NULL},
    {"insecure-http", NULL, "let others on the network read everything", NULL,
     &insecure_http},
    {"scrypt-ln", "N", COMMAND_LN_HELP, &ln_text, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "chat-server",
    .operands = "",
    .about = "Answers POST /login and POST /userinfo until SIGINT or SIGTERM.\n"
             "Requests are logged on standard error.",
    .options = options,
};

/* All that has to be given back. */
struct server {
    struct store *store;
    struct service *service;
    struct daemon *daemon;
    struct daemon_options options;
    uint16_t port;
};

/* Combinations that make no sense, or give away what the user may not know. */
static int check_options(void)
{
    bool tls = tls_cert != NULL || tls_key != NULL;
    int rc = library_check();

    if (rc != EX_OK)
        return rc;
    if (demo == (db != NULL)) {
        kit_error(demo ? "--demo keeps nothing, --db does: choose one of them"
                       : "whose accounts? --demo makes some to try with, "
                         "--db FILE names those of a class");
        return EX_USAGE;
    }
    if (!demo && command_check_db(db) != 0)
        return EX_USAGE;
    if (tls && (tls_cert == NULL || tls_key == NULL)) {
        kit_error("--tls-cert and --tls-key go together");
        return EX_USAGE;
    }
    if (tls && MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES) {
        kit_error("this libmicrohttpd was built without TLS");
        return EX_UNAVAILABLE;
    }
    if (!kit_is_address(listen_on) || kit_net_is_loopback(listen_on))
        return EX_OK; /* what is no address address_listen says */
    if (demo) {
        kit_error("--demo listens on a loopback address only, because its "
                  "passwords are public: leave --listen out, or make accounts "
                  "and give --db FILE");
        return EX_USAGE;
    }
    if (!tls && !insecure_http) {
        kit_error("on %s everybody could read passwords and tokens: give "
                  "--tls-cert and --tls-key, or --insecure-http to show that",
                  listen_on);
        return EX_USAGE;
    }
    if (!tls)
        kit_note("no TLS: others on the network can read passwords and tokens");
    return EX_OK;
}

/* Opens the accounts, or makes those of the demo. */
static int open_store(struct server *server, unsigned ln)
{
    struct password_hash_costs costs;
    int rc = store_open(&server->store, demo ? NULL : db, STORE_CREATE);

    if (rc != EX_OK)
        return rc;
    if (!demo && store_read_lock_open(server->store, db) != 0)
        return EX_UNAVAILABLE;
    if (demo && demo_add_accounts(server->store, ln) != 0) {
        kit_error("the demo's accounts cannot be made");
        return EX_OSERR;
    }
    if (accounts_costs(&costs, server->store) != 0)
        return EX_UNAVAILABLE;
    if (costs.count == 0)
        kit_note("no accounts yet; add one with: chat-server adduser --db %s "
                 "NAME",
                 db);
    server->service = service_new(server->store, ln);
    if (server->service == NULL) {
        kit_error("no memory or random bytes for the limits of requests");
        return EX_OSERR;
    }
    return EX_OK;
}

/* Reads certificate and key, where there are some. */
static int read_tls(struct daemon_options *to)
{
    if (tls_key == NULL)
        return EX_OK;
    to->cert = secret_file_read(tls_cert, SECRET_FILE_ANY_MODE, KIT_ASCII);
    to->key = secret_file_read(tls_key, SECRET_FILE_OWNER_ONLY, KIT_ASCII);
    return to->cert != NULL && to->key != NULL ? EX_OK : EX_NOINPUT;
}

/* As many connections as there may be open files, up to our own limit. */
static unsigned connection_limit(void)
{
    struct rlimit files;
    rlim_t wanted = DAEMON_CONNECTIONS + SPARE_FILES;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return SPARE_FILES;
    if (files.rlim_cur < wanted) {
        files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
        if (setrlimit(RLIMIT_NOFILE, &files) != 0)
            getrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur >= wanted)
        return DAEMON_CONNECTIONS;
    return files.rlim_cur > (rlim_t)2 * SPARE_FILES
               ? (unsigned)files.rlim_cur - SPARE_FILES
               : SPARE_FILES;
}

/*
 * The 16 MiB of a hash shall go back to the system with it. OpenSSL has them
 * from malloc, and glibc's, once it has given out so much, keeps it. To be
 * called before there is a second thread.
 */
static void keep_no_large_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
}

/* Signals that end the server wait for sigwait, in every thread to come. */
static void hold_signals(sigset_t *ending)
{
    sigemptyset(ending);
    sigaddset(ending, SIGINT);
    sigaddset(ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, ending, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Serves until it is told to end; whoever waits for the line may begin. */
static int serve(struct server *server, const sigset_t *ending)
{
    char url[KIT_URL_SIZE];
    int number, rc;

    if (workers_start(&server->options.workers) != 0) {
        kit_error("the threads that hash passwords do not start");
        return EX_OSERR;
    }
    rc = daemon_start(&server->daemon, &server->options, server->service);
    if (rc != EX_OK)
        return rc;
    kit_net_url(url, tls_key != NULL ? "https" : "http", listen_on,
                server->port);
    printf("listening on %s\n", url);
    if (fflush(stdout) != 0)
        kit_note("nobody takes what stands on standard output");
    sigwait(ending, &number);
    return EX_OK;
}

static void stop(struct server *server)
{
    /* A daemon that runs has taken the listener over. */
    if (server->daemon == NULL && server->options.listener >= 0)
        close(server->options.listener);
    daemon_stop(server->daemon);
    workers_free(server->options.workers);
    free(server->service);
    store_close(server->store);
    if (server->options.key != NULL)
        kit_wipe(server->options.key, strlen(server->options.key));
    free(server->options.key);
    free(server->options.cert);
}

int command_serve(int argc, char **argv)
{
    struct server server = {.options = {.listener = -1,
                                        .timeout = DAEMON_TIMEOUT,
                                        .idle_timeout = DAEMON_IDLE_TIMEOUT}};
    sigset_t ending;
    unsigned ln;
    long port;
    int rc;

    kit_options(argc, argv, &command);
    port = kit_option_number("port", port_text, 0, UINT16_MAX, 8080);
    ln = command_parse_ln(ln_text);
    rc = check_options();
    if (rc != EX_OK)
        return rc;

    keep_no_large_memory();
    hold_signals(&ending);
    umask(S_IRWXG | S_IRWXO);
    server.options.connections = connection_limit();
    rc = read_tls(&server.options);
    if (rc == EX_OK)
        rc = kit_net_listen(&server.options.listener, &server.port, listen_on,
                            (uint16_t)port, KIT_NET_DUAL_STACK);
    if (rc == EX_OK)
        rc = open_store(&server, ln);
    if (rc == EX_OK)
        rc = serve(&server, &ending);
    stop(&server);
    return rc;
}
