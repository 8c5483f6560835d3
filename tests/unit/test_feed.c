/* SPDX-License-Identifier: MIT */
/* What the wall shows, as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/json.h"
#include "server/chat/feed.h"
#include "tests/support/suites.h"
#include "tests/unit/embedded_server.h"

enum { TIME = 1714555800 }; /* 2024-05-01 09:30:00 UTC */

static struct feed *feed;
static char json[FEED_JSON_SIZE];

static void setup(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    feed = feed_new();
    ck_assert_ptr_nonnull(feed);
}

static void teardown(void)
{
    feed_free(feed);
}

/* Adds an answer without an error: message 4 if there is a PEER. */
static void add(const char *user, const char *peer)
{
    struct reply reply = {.status = 200};

    snprintf(reply.user, sizeof reply.user, "%s", user);
    snprintf(reply.peer, sizeof reply.peer, "%s", peer);
    feed_add(feed, &reply, TIME);
}

static void add_error(const char *user, enum refusal why)
{
    struct reply reply = {.status = 0};

    snprintf(reply.user, sizeof reply.user, "%s", user);
    reply_refuse(&reply, why, 0);
    feed_add(feed, &reply, TIME);
}

/* The members of the JSON. */
static cJSON *take(void)
{
    cJSON *all;

    ck_assert(feed_read_if_new(json, feed));
    all = kit_json_object(json, strlen(json));
    ck_assert_msg(all != NULL, "not JSON: %s", json);
    return all;
}

static int size_of(const cJSON *all, const char *name)
{
    return cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(all, name));
}

START_TEST(empty)
{
    ck_assert(feed_read_if_new(json, feed));
    ck_assert_str_eq(json, "{\"people\":[],\"kinds\":[[\"logins\",0],"
                           "[\"requests\",0]],\"events\":[]}");
    ck_assert(!feed_read_if_new(json, feed));
}
END_TEST

START_TEST(newest_first)
{
    add("alice", "");
    add("bob", "alice");
    add_error("bob", REFUSE_SLOW_DOWN);
    add("alice", "");
    ck_assert(feed_read_if_new(json, feed));
    ck_assert_str_eq(
        json, "{\"people\":[\"alice\",\"bob\"],\"kinds\":[[\"logins\",2],"
              "[\"requests\",1],[\"slow_down\",1]],\"events\":["
              "[\"09:30:00\",0,0,-1],[\"09:30:00\",2,1,-1],"
              "[\"09:30:00\",1,1,0],[\"09:30:00\",0,0,-1]]}");
}
END_TEST

/* A name that a client only claims is not shown on the wall. */
START_TEST(claimed_names)
{
    add_error("apple", REFUSE_BAD_LOGIN);
    add_error("", REFUSE_BAD_TOKEN);
    ck_assert(feed_read_if_new(json, feed));
    ck_assert_ptr_null(strstr(json, "apple"));
    ck_assert_ptr_nonnull(
        strstr(json, "[\"09:30:00\",3,-1,-1],[\"09:30:00\",2,-1,-1]"));
}
END_TEST

START_TEST(same_as_last_time)
{
    add("alice", "");
    ck_assert(feed_read_if_new(json, feed));
    strcpy(json, "unchanged");
    ck_assert(!feed_read_if_new(json, feed));
    ck_assert_str_eq(json, "unchanged");
    add_error("", REFUSE_NO_PATH);
    ck_assert(feed_read_if_new(json, feed));
}
END_TEST

/* A reply without a status was never sent. */
START_TEST(no_answer)
{
    struct reply reply = {.status = 0, .user = "alice"};

    ck_assert(feed_read_if_new(json, feed));
    feed_add(feed, &reply, TIME);
    ck_assert(!feed_read_if_new(json, feed));
}
END_TEST

/* However many events there were, the newest FEED_EVENTS are kept. */
START_TEST(ring)
{
    char name[16];
    cJSON *all;

    for (int i = 0; i < 3 * FEED_EVENTS + 1; i++) {
        snprintf(name, sizeof name, "u%d", i);
        add(name, "");
    }
    all = take();
    ck_assert_int_eq(size_of(all, "events"), FEED_EVENTS);
    ck_assert_int_eq(size_of(all, "people"), 3 * FEED_EVENTS + 1);
    ck_assert_ptr_nonnull(strstr(json, "[\"logins\",301]"));
    ck_assert_ptr_nonnull(strstr(json, "\"events\":[[\"09:30:00\",0,300,-1],"));
    ck_assert_ptr_nonnull(strstr(json, ",[\"09:30:00\",0,201,-1]]}"));
    kit_json_free(all);
}
END_TEST

/* The longest names, more than there is room for, and all errors. */
START_TEST(full)
{
    char name[KIT_NAME_MAX + 1];
    cJSON *all;

    for (int why = REFUSE_BAD_REQUEST; why <= REFUSE_BUSY; why++)
        add_error("", (enum refusal)why);
    for (int i = 0; i < FEED_PEOPLE + FEED_EVENTS; i++) {
        snprintf(name, sizeof name, "%0*d", KIT_NAME_MAX, i);
        add(name, name);
    }
    all = take();
    ck_assert_int_eq(size_of(all, "events"), FEED_EVENTS);
    ck_assert_int_eq(size_of(all, "people"), FEED_PEOPLE);
    ck_assert_int_eq(size_of(all, "kinds"), 2 + REFUSE_BUSY + 1);
    ck_assert_ptr_nonnull(strstr(json, "[\"09:30:00\",1,-1,-1]"));
    kit_json_free(all);
}
END_TEST

START_TEST(freed_without_feed)
{
    feed_free(NULL);
}
END_TEST

/* The answers of the handlers: their tokens and secrets stay out. */
START_TEST(of_handlers)
{
    char token[KIT_TOKEN_MAX + 1], secret[KIT_TOKEN_MAX + 1];

    embedded_begin();
    embedded_token(token, "bob", 0);
    feed_add(feed, &embedded.reply, TIME);
    embedded_token(token, "alice", 0);
    feed_add(feed, &embedded.reply, TIME);
    ck_assert_int_eq(embedded_ask("alice", token, "bob"), 200);
    snprintf(secret, sizeof secret, "%s", embedded_string("secret"));
    feed_add(feed, &embedded.reply, TIME);
    ck_assert_int_eq(embedded_ask("alice", token, "carol"), 404);
    feed_add(feed, &embedded.reply, TIME);
    ck_assert_int_eq(embedded_ask("bob", token, "alice"), 401);
    feed_add(feed, &embedded.reply, TIME);
    ck_assert_int_eq(embedded_login_as("alice", "wrong-password"), 401);
    feed_add(feed, &embedded.reply, TIME);
    ck_assert_int_eq(embedded_login("{}"), 400);
    feed_add(feed, &embedded.reply, TIME);
    embedded_end();

    ck_assert(feed_read_if_new(json, feed));
    ck_assert_str_eq(
        json, "{\"people\":[\"bob\",\"alice\"],\"kinds\":[[\"logins\",2],"
              "[\"requests\",1],[\"no_receiver\",1],[\"bad_token\",1],"
              "[\"bad_login\",1],[\"bad_request\",1]],\"events\":["
              "[\"09:30:00\",5,-1,-1],[\"09:30:00\",4,1,-1],"
              "[\"09:30:00\",3,-1,-1],[\"09:30:00\",2,1,-1],"
              "[\"09:30:00\",1,1,0],[\"09:30:00\",0,1,-1],"
              "[\"09:30:00\",0,0,-1]]}");
    ck_assert_ptr_null(strstr(json, secret));
}
END_TEST

TEST_SUITE(feed, 60, setup, teardown)
{
    tcase_add_tests(tcase, empty, newest_first, claimed_names,
                    same_as_last_time, no_answer, ring, full,
                    freed_without_feed, of_handlers);
}
