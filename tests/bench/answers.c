/* SPDX-License-Identifier: MIT */
#include "tests/bench/answers.h"

#include <check.h>
#include <string.h>

#include "lib/box.h"
#include "lib/clock.h"
#include "lib/hkdf.h"
#include "lib/json.h"
#include "tests/support/suites.h"

enum { BURST = 30 }; /* protocol.md section 3 */

/* The token in the request that LOAD has of USER; free it with cJSON_Delete. */
static cJSON *read_request(const struct load *load, int user)
{
    cJSON *m3 = cJSON_Parse(strchr(load->requests[user], '{'));

    ck_assert_ptr_nonnull(m3);
    return m3;
}

/* The ticket in ANSWER; free it with kit_json_free. */
static cJSON *open_ticket(const struct load *load, const struct http *answer)
{
    cJSON *p1 = read_request(load, 1), *json;
    struct kit_ticket ticket;
    struct kit_text text;
    struct kit_key key;
    struct kit_ad ad;

    http_string(answer, "senderinfo", ticket.text, sizeof ticket.text);
    ck_assert_int_eq(
        kit_derive(&key, kit_json_string(p1, "token"), KIT_LABEL_TICKET), 0);
    ck_assert_int_eq(kit_ad_ticket(&ad, "p1"), 0);
    ck_assert_int_eq(kit_ticket_open(&text, &key, ad.text, &ticket), 0);
    json = kit_json_object((const char *)text.bytes, text.len);
    ck_assert_ptr_nonnull(json);
    cJSON_Delete(p1);
    return json;
}

static double number(const cJSON *object, const char *name)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* M4 and its ticket, when p0 asks for p1. Writes the secret to OUT. */
static void check_good(const struct load *load, struct http *http, char *out)
{
    const char *request = load->requests[0];
    cJSON *m4, *ticket;
    double life;

    ck_assert_int_eq(http_raw(http, request, strlen(request)), 200);
    m4 = cJSON_Parse(http->body);
    ck_assert_str_eq(kit_json_string(m4, "ip_addr"), "127.0.0.1");
    ck_assert_str_eq(kit_json_string(m4, "receiver"), "p1");
    ck_assert_double_eq(number(m4, "port"), KIT_PORT_DEFAULT);
    http_string(http, "secret", out, KIT_TOKEN_MAX + 1);
    ck_assert_uint_eq(strlen(out), 2 * KIT_TOKEN_BYTES);

    ticket = open_ticket(load, http);
    ck_assert_str_eq(kit_json_string(ticket, "username"), "p0");
    ck_assert_str_eq(kit_json_string(ticket, "ip_addr"), "127.0.0.1");
    ck_assert_str_eq(kit_json_string(ticket, "secret"), out);
    life = number(ticket, "exp") - (double)kit_now();
    ck_assert(life > KIT_TICKET_LIFE / 2 && life <= KIT_TICKET_LIFE);
    kit_json_free(ticket);
    cJSON_Delete(m4);
}

/* --- Refused requests ----------------------------------------------------- */

static const char *const malformed[] = {
    "{",
    "[]",
    "null",
    "{\"username\":\"p0\",\"receiver\":\"p1\"}",
    "{\"username\":10,\"token\":1234567890123456,\"receiver\":11}",
};

static const struct {
    const char *name;
    const char *token; /* NULL: that of p0 */
    const char *receiver;
    int status;
    const char *word;
} refused[] = {
    {"p0", NULL, "p0", 400, "bad_request"},
    {"P0", NULL, "p1", 400, "bad_request"},
    {"p0", NULL, "", 400, "bad_request"},
    {"p0", "0123456789abcde", "p1", 400, "bad_request"},
    {"p0", "0123456789abcdef", "p1", 401, "bad_token"},
    {"p1", NULL, "p2", 401, "bad_token"},
    {"p0", NULL, "stranger", 404, "no_receiver"},
};

static void check_error(const struct http *http, const char *url,
                        const char *json, int status, const char *word)
{
    char found[64];

    http_string(http, "error", found, sizeof found);
    ck_assert_msg(http->status == status && strcmp(found, word) == 0,
                  "%s answers %d %s and not %d %s to %s", url, http->status,
                  found, status, word, json);
}

static void check_refusals(const struct load *load, struct http *http,
                           const char *url)
{
    cJSON *p0 = read_request(load, 0);
    char json[384];

    for (size_t i = 0; i < COUNT(malformed); i++) {
        http_post(http, "/userinfo", malformed[i]);
        check_error(http, url, malformed[i], 400, "bad_request");
    }
    for (size_t i = 0; i < COUNT(refused); i++) {
        const char *token = refused[i].token;

        http_ask_json(json, sizeof json, refused[i].name,
                      token != NULL ? token : kit_json_string(p0, "token"),
                      refused[i].receiver);
        http_post(http, "/userinfo", json);
        check_error(http, url, json, refused[i].status, refused[i].word);
    }
    cJSON_Delete(p0);
}

/* A user has a burst of requests, and one more for each second that passes. */
static void check_limit(const struct load *load, struct http *http,
                        const char *url)
{
    const struct target *target = &load->target;
    int count = 0;

    while (http_ask(http, target->names[0], target->tokens[0], "p1") == 200 &&
           count < 10 * BURST)
        count++;
    check_error(http, url, "many requests", 429, "slow_down");
    ck_assert_int_ge(count, BURST);
}

void answers_check(const struct load *load, const char *url)
{
    char first[KIT_TOKEN_MAX + 1], second[KIT_TOKEN_MAX + 1];
    struct http http;

    http_open(&http, url, NULL);
    check_good(load, &http, first);
    check_good(load, &http, second);
    ck_assert_str_ne(first, second);
    check_refusals(load, &http, url);
    check_limit(load, &http, url);
    http_close(&http);
}
