/* SPDX-License-Identifier: MIT */
/* Accounts and sessions in memory, and rules of protocol.md. */
#include "tests/fuzz/fuzz.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "server/store/accounts.h"
#include "server/store/sessions.h"

char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    CHECK(text != NULL);
    for (size_t i = 0; i < size; i++)
        text[i] = (char)data[i];
    text[size] = '\0';
    return text;
}

static void add(struct service *service, const char *name, const char *password,
                const char *token, uint16_t port)
{
    char phc[PASSWORD_HASH_SIZE];

    CHECK(password_hash_make(phc, password, PASSWORD_HASH_LN_MIN) == 0);
    CHECK(accounts_add(service->store, name, phc) == 0);
    CHECK(sessions_add(service->store, name, phc, "127.0.0.1", port, token,
                       FUZZ_NOW) == 0);
}

struct service *fuzz_service(void)
{
    static struct service *service;
    struct store *store;

    if (service == NULL) {
        CHECK(store_open(&store, NULL, STORE_CREATE) == EX_OK);
        service = service_new(store, PASSWORD_HASH_LN_MIN);
        CHECK(service != NULL);
        add(service, "alice", FUZZ_PASSWORD, FUZZ_ALICE_TOKEN, 0);
        add(service, "bob", "banana", FUZZ_BOB_TOKEN, 5555);
    }
    return service;
}

int64_t fuzz_ticks(void)
{
    static int64_t ticks;

    return ticks += 3600000;
}

bool member_is(const cJSON *body, const char *name, const char *wanted)
{
    const char *text = kit_json_string(body, name);

    return text != NULL && strcmp(text, wanted) == 0;
}

bool is_token(const char *text)
{
    size_t len = 0;

    for (; text != NULL && text[len] != '\0'; len++) {
        if (text[len] <= ' ' || text[len] > '~')
            return false;
    }
    return len >= 16 && len <= 128;
}

bool is_address(const char *text)
{
    uint8_t address[sizeof(struct in6_addr)];

    return text != NULL && (inet_pton(AF_INET, text, address) == 1 ||
                            inet_pton(AF_INET6, text, address) == 1);
}

long long member_number(const cJSON *body, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);

    /* lib/json.h reads a number that is not spelled as an integer as NAN. */
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 1))
        return -1;
    return (long long)item->valuedouble;
}

long long member_port(const cJSON *body)
{
    long long port = member_number(body, "port");

    return port <= 65535 ? port : -1;
}

bool fuzz_is_refusal(const struct reply *reply, int status, const char *word)
{
    char json[64];

    snprintf(json, sizeof json, "{\"error\":\"%s\"}", word);
    return reply->status == status && strcmp(reply->json, json) == 0 &&
           reply->retry_after == 0;
}
