/* SPDX-License-Identifier: MIT */
/* The handlers without HTTP, or the whole server on the loopback. */
#include "tests/unit/embedded_server.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/net.h"
#include "server/chat/userinfo.h"
#include "server/store/accounts.h"
#include "tests/support/captured_output.h"
#include "tests/support/http_client.h"
#include "tests/support/tcp.h"

struct embedded_server embedded;

/* The hashes of alice's password, apple, and of bob's, banana. To make them for
   each test would take most of its time. */
static const char apple[] = "$scrypt$ln=10,r=8,p=5$slvn/5P72EFye6E/wZmk5g$"
                            "w+1DyLjixuwiYtI/pVwfrpN8+4M/KKaNOXdDgyBxlvk";
static const char banana[] = "$scrypt$ln=10,r=8,p=5$m8qtTYTN/RTnPvkiMALm4Q$"
                             "5MdDgLe5VXpTSVoZFHIyF6WFf3HmF0ilKnkU5gsNO5I";

void embedded_add(const char *name, const char *password)
{
    char phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(password_hash_make(phc, password, EMBEDDED_LN), 0);
    ck_assert_int_eq(accounts_add(embedded.store, name, phc), 0);
}

void embedded_begin(void)
{
    capture(STDERR_FILENO);
    embedded = (struct embedded_server){
        .now = EMBEDDED_NOW, .ticks = 1, .ip = EMBEDDED_IP};
    ck_assert_int_eq(store_open(&embedded.store, NULL, STORE_CREATE), EX_OK);
    embedded.service = service_new(embedded.store, EMBEDDED_LN);
    ck_assert_ptr_nonnull(embedded.service);
    ck_assert_int_eq(accounts_add(embedded.store, "alice", apple), 0);
    ck_assert_int_eq(accounts_add(embedded.store, "bob", banana), 0);
}

void embedded_end(void)
{
    embedded_unserve();
    free(embedded.service);
    store_close(embedded.store);
}

/* The request with the body JSON. */
static struct request request_of(const char *json)
{
    return (struct request){kit_json_object(json, strlen(json)), embedded.ip,
                            embedded.now, embedded.ticks};
}

/*
 * Returns the status of the last reply. LINES were printed before it. After a
 * 500 the sender and the receiver tell their user to look at what the server
 * has printed, so there must be a reason.
 */
static int status_after(int lines)
{
    ck_assert_msg(embedded.reply.status != 500 || captured_lines() > lines,
                  "the server has not printed the reason for a 500");
    return embedded.reply.status;
}

int embedded_login(const char *json)
{
    struct request request = request_of(json);
    struct login login;
    int lines = captured_lines();

    memset(&embedded.reply, 0, sizeof embedded.reply);
    login_begin(&embedded.reply, &login, embedded.service, &request);
    if (embedded.reply.status == 0) {
        login_hash(&login);
        login_finish(&embedded.reply, &login, embedded.service, embedded.now);
    }
    kit_json_free((cJSON *)request.body);
    return status_after(lines);
}

int embedded_login_as(const char *name, const char *password)
{
    char json[256];

    http_login_json(json, sizeof json, name, password);
    return embedded_login(json);
}

int embedded_userinfo(const char *json)
{
    struct request request = request_of(json);
    int lines = captured_lines();

    memset(&embedded.reply, 0, sizeof embedded.reply);
    userinfo_answer(&embedded.reply, embedded.service, &request);
    kit_json_free((cJSON *)request.body);
    return status_after(lines);
}

int embedded_ask(const char *user, const char *token, const char *receiver)
{
    char json[512];

    http_ask_json(json, sizeof json, user, token, receiver);
    return embedded_userinfo(json);
}

const char *embedded_string(const char *name)
{
    static char text[REPLY_JSON_SIZE];
    cJSON *tree =
        kit_json_object(embedded.reply.json, strlen(embedded.reply.json));
    const char *member = kit_json_string(tree, name);

    snprintf(text, sizeof text, "%s", member == NULL ? "(absent)" : member);
    kit_json_free(tree);
    return text;
}

void embedded_token(char *out, const char *name, int port)
{
    const char *password = strcmp(name, "alice") == 0 ? "apple" : "banana";
    char json[256], with_port[32] = "";
    const char *token;

    if (port != 0)
        snprintf(with_port, sizeof with_port, ",\"port\":%d", port);
    snprintf(json, sizeof json, "{\"username\":\"%s\",\"password\":\"%s\"%s}",
             name, password, with_port);
    ck_assert_int_eq(embedded_login(json), 200);
    token = embedded_string("token");
    ck_assert_uint_le(strlen(token), KIT_TOKEN_MAX);
    memcpy(out, token, strlen(token) + 1);
}

void embedded_execute(const char *sql)
{
    ck_assert_int_eq(sqlite3_exec(embedded.store->db, sql, NULL, NULL, NULL),
                     SQLITE_OK);
}

void embedded_serve_with(int64_t timeout, int64_t idle_timeout,
                         unsigned connections)
{
    struct daemon_options options = {.timeout = timeout,
                                     .idle_timeout = idle_timeout,
                                     .connections = connections};

    ck_assert_int_eq(
        workers_start(&embedded.hashers, WORKERS_THREADS, WORKERS_LOW), 0);
    ck_assert_int_eq(workers_start(&embedded.syncer, 1, WORKERS_NORMAL), 0);
    options.hashers = embedded.hashers;
    options.syncer = embedded.syncer;
    ck_assert_int_eq(kit_net_listen(&options.listener, &embedded.port,
                                    "127.0.0.1", 0, KIT_NET_DUAL_STACK),
                     EX_OK);
    ck_assert_int_eq(daemon_start(&embedded.daemon, &options, embedded.service),
                     EX_OK);
}

void embedded_serve(void)
{
    embedded_serve_with(DAEMON_TIMEOUT, DAEMON_IDLE_TIMEOUT,
                        DAEMON_CONNECTIONS);
}

void embedded_unserve(void)
{
    daemon_stop(embedded.daemon);
    workers_free(embedded.hashers);
    workers_free(embedded.syncer);
    embedded.daemon = NULL;
    embedded.hashers = embedded.syncer = NULL;
}

int embedded_send(const char *text, size_t len)
{
    int fd = tcp_connect(embedded.port);

    tcp_write(fd, text, len);
    return embedded_finish(fd);
}

int embedded_post(const char *path, const char *body)
{
    char text[2048];
    int fd = tcp_connect(embedded.port);
    size_t len = http_request(text, sizeof text, path, CLOSE, body);

    tcp_write(fd, text, len);
    return fd;
}

int embedded_finish(int fd)
{
    int status = 0;

    tcp_read(fd, embedded.out, sizeof embedded.out);
    close(fd);
    ck_assert_msg(embedded.out[0] == '\0' ||
                      sscanf(embedded.out, "HTTP/1.1 %d ", &status) == 1,
                  "an answer or nothing expected, came: %s", embedded.out);
    return status;
}

bool embedded_has(const char *part)
{
    return strstr(embedded.out, part) != NULL;
}
