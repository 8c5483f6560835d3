/* SPDX-License-Identifier: MIT */
/* Accounts and sessions in memory. */
#include "tests/fuzz/place.h"

#include <string.h>
#include <sysexits.h>

#include "server/accounts.h"
#include "server/sessions.h"
#include "tests/fuzz/fuzz.h"

static void add(struct service *service, const char *name, const char *password,
                const char *token)
{
    char phc[PHC_SIZE];

    MUST(phc_make(phc, password, PHC_LN_MIN) == 0);
    MUST(accounts_add(service->store, name, phc) == 0);
    MUST(sessions_add(service->store, name, phc, "127.0.0.1", 0, token,
                      PLACE_NOW) == 0);
}

struct service *place_open(void)
{
    static struct service *service;
    struct store *store;

    if (service == NULL) {
        MUST(store_open(&store, NULL, STORE_CREATE) == EX_OK);
        service = service_new(store, PHC_LN_MIN);
        MUST(service != NULL);
        add(service, "alice", PLACE_PASSWORD, PLACE_ALICE_TOKEN);
        add(service, "bob", "banana", PLACE_BOB_TOKEN);
    }
    return service;
}

int64_t place_ticks(void)
{
    static int64_t ticks;

    return ticks += 3600000;
}

bool place_is(const cJSON *body, const char *name, const char *wanted)
{
    const char *text = kit_json_string(body, name);

    return text != NULL && strcmp(text, wanted) == 0;
}
