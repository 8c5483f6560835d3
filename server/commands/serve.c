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
#include "lib/program.h"
#include "lib/say.h"
#include "lib/show.h"
#include "lib/trace.h"
#include "server/commands/commands.h"
#include "server/commands/demo.h"
#include "server/http/daemon.h"
#include "server/http/library.h"
#include "server/http/wall.h"
#include "server/store/accounts.h"
#include "server/store/secret_file.h"

enum {
    SPARE_FILES = 64,         /* descriptors for everything but connections */
    FEWEST_CONNECTIONS = 64,  /* even if the limit of files is too low */
    LARGE_BYTES = 128 * 1024, /* see return_large_memory */
};

/* The command line. */
static const char *listen_on = "127.0.0.1", *port_text, *db;
static const char *tls_cert, *tls_key, *ln_text, *wall_text;
static bool demo, insecure_http;
static struct kit_trace_options trace;

static const struct kit_option options[] = {
    {"listen", "ADDR", "address to listen on (127.0.0.1)", &listen_on, NULL},
    {"port", "N", "port to listen on; 0: any free port (8080)", &port_text,
     NULL},
    {"db", "FILE", COMMAND_DB_HELP ", made if absent", &db, NULL},
    {"demo", NULL, "use four accounts with public passwords; store nothing",
     NULL, &demo},
    {"tls-cert", "FILE", "certificate for https", &tls_cert, NULL},
    {"tls-key", "FILE", "its private key", &tls_key, NULL},
    {"insecure-http", NULL, "allow http on the network: everyone can read it",
     NULL, &insecure_http},
    {"scrypt-ln", "N", COMMAND_LN_HELP, &ln_text, NULL},
    {"wall", "PORT",
     "show live on a web page who logs in: http://127.0.0.1:PORT/", &wall_text,
     NULL},
    {"trace", "FILE", KIT_TRACE_HELP, &trace.file, NULL},
    {"trace-keys", NULL, KIT_TRACE_KEYS_HELP, NULL, &trace.keys},
    {"verbose", NULL, KIT_VERBOSE_HELP, NULL, &trace.verbose},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct kit_command command = {
    .name = "chat-server",
    .operands = "",
    .about = "Answers POST /login and POST /userinfo until SIGINT or SIGTERM.\n"
             "Logs requests on standard error.",
    .options = options,
};

/* Everything that stop frees. */
struct server {
    struct store *store;
    struct service *service;
    struct daemon *daemon;
    struct daemon_options options;
    uint16_t port;
    struct wall *wall; /* NULL without --wall, and until it is started */
    int wall_listener; /* -1 without --wall, and once WALL owns it */
    uint16_t wall_port;
};

/* Rejects options that contradict each other or would expose passwords. */
static int check_options(void)
{
    bool tls = tls_cert != NULL || tls_key != NULL;
    int rc = library_check();

    if (rc != EX_OK)
        return rc;
    if (demo == (db != NULL)) {
        kit_error(
            demo ? "--demo stores nothing, so it cannot be used with --db: "
                   "leave one of them out"
                 : "no accounts given: use --demo to try the server, or "
                   "--db FILE for the accounts of a class");
        return EX_USAGE;
    }
    if (!demo && command_check_db(db) != 0)
        return EX_USAGE;
    if (tls && (tls_cert == NULL || tls_key == NULL)) {
        kit_error(
            "TLS needs a certificate and its key: give both --tls-cert and "
            "--tls-key");
        return EX_USAGE;
    }
    if (tls && MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES) {
        kit_error("this libmicrohttpd was built without TLS: install another "
                  "build of it, or leave --tls-cert and --tls-key out");
        return EX_UNAVAILABLE;
    }
    if (!kit_is_address(listen_on) || kit_net_is_loopback(listen_on))
        return EX_OK; /* kit_net_listen reports an invalid address */
    if (demo) {
        kit_error("--demo listens on a loopback address only, because its "
                  "passwords are public: leave --listen out, or add accounts "
                  "and use --db FILE");
        return EX_USAGE;
    }
    if (!tls && !insecure_http) {
        kit_error("on %s everyone could read passwords and tokens: give "
                  "--tls-cert and --tls-key, or --insecure-http if that is "
                  "what you want to show",
                  listen_on);
        return EX_USAGE;
    }
    if (!tls)
        kit_note("no TLS: others on the network can read passwords and tokens");
    return EX_OK;
}

/* If there are no accounts, prints how to add one. Returns an exit code. */
static int check_accounts(struct store *store)
{
    struct password_hash_costs costs;
    char quoted[KIT_QUOTED_SIZE];

    if (accounts_costs(&costs, store) != 0)
        return EX_UNAVAILABLE;
    if (costs.count > 0)
        return EX_OK;
    kit_shell_quote(quoted, db);
    kit_note("no accounts yet; add one with: %s --db %s NAME",
             kit_program_command("chat-server adduser"), quoted);
    return EX_OK;
}

/* Opens the database, or creates the demo accounts in memory. */
static int open_store(struct server *server, unsigned ln)
{
    int rc;

    /* Without its statistics of memory, SQLite needs no lock for a malloc. If
       this fails, it is only slower. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    rc = store_open(&server->store, demo ? NULL : db, STORE_CREATE);

    if (rc != EX_OK)
        return rc;
    if (!demo && (read_lock_open(&server->store->lock, db) != 0 ||
                  store_defer_sync(server->store) != 0))
        return EX_UNAVAILABLE;
    if (demo && demo_add_accounts(server->store, ln) != 0) {
        kit_error("cannot create the demo accounts: close other programs to "
                  "free memory");
        return EX_OSERR;
    }
    rc = check_accounts(server->store);
    if (rc != EX_OK)
        return rc;
    server->service = service_new(server->store, ln);
    if (server->service == NULL) {
        kit_error("no memory or no random bytes for the rate limits: close "
                  "other programs and try again");
        return EX_OSERR;
    }
    return EX_OK;
}

/* Reads certificate and key if they were given. */
static int read_tls(struct daemon_options *to)
{
    if (tls_key == NULL)
        return EX_OK;
    to->cert = secret_file_read(tls_cert, SECRET_FILE_ANY_MODE, KIT_8BIT);
    to->key = secret_file_read(tls_key, SECRET_FILE_OWNER_ONLY, KIT_8BIT);
    return to->cert != NULL && to->key != NULL ? EX_OK : EX_NOINPUT;
}

/*
 * Raises the limit of open files if necessary. Returns how many connections
 * fit, from FEWEST_CONNECTIONS to DAEMON_CONNECTIONS.
 */
static unsigned connection_limit(void)
{
    struct rlimit files;
    rlim_t wanted = DAEMON_CONNECTIONS + SPARE_FILES;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return FEWEST_CONNECTIONS;
    if (files.rlim_cur < wanted) {
        files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
        if (setrlimit(RLIMIT_NOFILE, &files) != 0)
            getrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur >= wanted)
        return DAEMON_CONNECTIONS;
    return files.rlim_cur > (rlim_t)SPARE_FILES + FEWEST_CONNECTIONS
               ? (unsigned)files.rlim_cur - SPARE_FILES
               : FEWEST_CONNECTIONS;
}

/*
 * Makes free() return blocks of LARGE_BYTES and more to the system, such as the
 * 16 MiB that OpenSSL allocates for a hash. By default, glibc raises its
 * threshold when the first large block is freed, and keeps later ones. Call
 * this before creating threads.
 */
#ifdef __GLIBC__
static void return_large_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
}
#else
static void return_large_memory(void)
{
}
#endif

/* Blocks the signals that end the server. No thread handles them: serve waits
   for them with sigwait. */
static void block_signals(sigset_t *ending)
{
    sigemptyset(ending);
    sigaddset(ending, SIGINT);
    sigaddset(ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, ending, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Starts the wall if --wall was given. */
static int start_wall(struct server *server)
{
    int listener = server->wall_listener;

    if (listener < 0)
        return EX_OK;
    server->options.feed = feed_new();
    if (server->options.feed == NULL) {
        kit_error("no memory for the wall: close other programs");
        return EX_OSERR;
    }
    server->wall_listener = -1;
    return wall_start(&server->wall, server->options.feed, listener,
                      server->wall_port);
}

/* Serves until SIGINT or SIGTERM. Scripts wait for the line that it prints. */
static int serve(struct server *server, const sigset_t *ending)
{
    char url[KIT_URL_SIZE];
    int number, rc;

    if (workers_start(&server->options.hashers, WORKERS_THREADS, WORKERS_LOW) !=
            0 ||
        workers_start(&server->options.syncer, 1, WORKERS_NORMAL) != 0) {
        kit_error("cannot start the threads for logins: end other programs, or "
                  "raise the limit of processes (ulimit -u)");
        return EX_OSERR;
    }
    rc = start_wall(server);
    if (rc != EX_OK)
        return rc;
    rc = daemon_start(&server->daemon, &server->options, server->service);
    if (rc != EX_OK)
        return rc;
    kit_net_url(url, tls_key != NULL ? "https" : "http", listen_on,
                server->port);
    if (server->wall != NULL)
        printf("wall: http://127.0.0.1:%u/\n", (unsigned)server->wall_port);
    printf("listening on %s\n", url);
    if (fflush(stdout) != 0)
        kit_note("cannot write to standard output: the address is %s", url);
    sigwait(ending, &number);
    return EX_OK;
}

static void stop(struct server *server)
{
    /* If the daemon was started, it closes the listener. */
    if (server->daemon == NULL && server->options.listener >= 0)
        close(server->options.listener);
    if (server->wall_listener >= 0)
        close(server->wall_listener);
    daemon_stop(server->daemon);
    wall_stop(server->wall);
    feed_free(server->options.feed);
    workers_free(server->options.hashers);
    workers_free(server->options.syncer);
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
                                        .idle_timeout = DAEMON_IDLE_TIMEOUT},
                            .wall_listener = -1};
    sigset_t ending;
    unsigned ln;
    long port, wall_port;
    int rc;

    kit_options(argc, argv, &command);
    port = kit_option_number("port", port_text, 0, UINT16_MAX, 8080);
    wall_port = kit_option_number("wall", wall_text, 0, UINT16_MAX, -1);
    ln = command_parse_ln(ln_text);
    rc = check_options();
    if (rc != EX_OK)
        return rc;

    return_large_memory();
    block_signals(&ending);
    umask(S_IRWXG | S_IRWXO);
    server.options.connections = connection_limit();
    rc = read_tls(&server.options);
    if (rc == EX_OK)
        rc = kit_net_listen(&server.options.listener, &server.port, listen_on,
                            (uint16_t)port, KIT_NET_DUAL_STACK);
    if (rc == EX_OK && wall_port >= 0)
        rc = wall_listen(&server.wall_listener, &server.wall_port,
                         (uint16_t)wall_port);
    if (rc == EX_OK)
        rc = open_store(&server, ln);
    if (rc == EX_OK)
        rc = kit_trace_open(&trace, "server", "");
    if (rc == EX_OK)
        rc = serve(&server, &ending);
    stop(&server);
    return rc;
}
