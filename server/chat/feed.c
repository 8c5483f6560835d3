/* SPDX-License-Identifier: MIT */
/* A ring of events, their names, their counts, and all of this as JSON. */
#include "server/chat/feed.h"

#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NOBODY = -1, LOGIN = 0, CHAT = 1 };

struct event {
    long long at;   /* Unix seconds */
    int kind;       /* in KINDS */
    int user, peer; /* in PEOPLE, or NOBODY */
};

struct kind {
    const char *word; /* a constant */
    unsigned long count;
};

struct feed {
    pthread_mutex_t lock;
    unsigned long added, read; /* events so far; at the last feed_read_if_new */
    struct event events[FEED_EVENTS]; /* number N is in N % FEED_EVENTS */
    int kind_count, people_count;
    struct kind kinds[FEED_KINDS];
    char people[FEED_PEOPLE][KIT_NAME_MAX + 1];
};

struct feed *feed_new(void)
{
    struct feed *feed = calloc(1, sizeof *feed);

    if (feed == NULL)
        return NULL;
    pthread_mutex_init(&feed->lock, NULL);
    feed->kinds[LOGIN].word = "logins";
    feed->kinds[CHAT].word = "requests";
    feed->kind_count = 2;
    /* The first feed_read_if_new returns true, even if there are no events. */
    feed->read = ULONG_MAX;
    return feed;
}

void feed_free(struct feed *feed)
{
    if (feed == NULL)
        return;
    pthread_mutex_destroy(&feed->lock);
    free(feed);
}

/* --- Adding --------------------------------------------------------------- */

/* The place of NAME in PEOPLE, or NOBODY. */
static int find_person(const struct feed *feed, const char *name)
{
    for (int i = 0; i < feed->people_count; i++) {
        if (strcmp(feed->people[i], name) == 0)
            return i;
    }
    return NOBODY;
}

/* The same, but adds NAME if it is not there and there is room. */
static int add_person(struct feed *feed, const char *name)
{
    int found = find_person(feed, name);

    if (found != NOBODY || feed->people_count == FEED_PEOPLE)
        return found;
    snprintf(feed->people[feed->people_count], sizeof feed->people[0], "%s",
             name);
    return feed->people_count++;
}

/* The place in KINDS of the error WORD, which is added if it is not there. If
   there is no room, all other errors share the last place. */
static int kind_of(struct feed *feed, const char *word)
{
    int i = CHAT + 1;

    while (i < feed->kind_count && strcmp(feed->kinds[i].word, word) != 0)
        i++;
    if (i == FEED_KINDS)
        return FEED_KINDS - 1;
    if (i == feed->kind_count)
        feed->kinds[feed->kind_count++].word = word;
    return i;
}

/* The event of REPLY. After an error, its user is only a name that was typed,
   so it counts only if it is in PEOPLE. */
static struct event event_of(struct feed *feed, const struct reply *reply)
{
    struct event event = {.peer = NOBODY};

    if (reply->error != NULL) {
        event.kind = kind_of(feed, reply->error);
        event.user = find_person(feed, reply->user);
        return event;
    }
    event.kind = reply->peer[0] == '\0' ? LOGIN : CHAT;
    event.user = add_person(feed, reply->user);
    if (event.kind == CHAT)
        event.peer = add_person(feed, reply->peer);
    return event;
}

void feed_add(struct feed *feed, const struct reply *reply, long long now)
{
    struct event event;

    if (reply->status == 0)
        return;
    pthread_mutex_lock(&feed->lock);
    event = event_of(feed, reply);
    event.at = now;
    feed->kinds[event.kind].count++;
    feed->events[feed->added++ % FEED_EVENTS] = event;
    pthread_mutex_unlock(&feed->lock);
}

/* --- Taking --------------------------------------------------------------- */

/* The part of OUT that is still free. */
struct writer {
    char *at;
    size_t room;
};

/* Appends text as printf makes it. FEED_JSON_SIZE is enough for all of it. */
static void put(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct writer *writer, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(writer->at, writer->room, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= writer->room)
        return;
    writer->at += len;
    writer->room -= (size_t)len;
}

static void put_event(struct writer *writer, const struct event *event)
{
    time_t seconds = (time_t)event->at;
    char when[16] = "";
    struct tm local;

    if (localtime_r(&seconds, &local) == NULL ||
        strftime(when, sizeof when, "%H:%M:%S", &local) == 0)
        when[0] = '\0';
    put(writer, "[\"%s\",%d,%d,%d]", when, event->kind, event->user,
        event->peer);
}

/* Writes FEED as JSON. Names and words need no escapes there. */
static void put_all(struct writer *writer, const struct feed *feed)
{
    unsigned long count = feed->added < FEED_EVENTS ? feed->added : FEED_EVENTS;

    put(writer, "{\"people\":[");
    for (int i = 0; i < feed->people_count; i++)
        put(writer, "%s\"%s\"", i > 0 ? "," : "", feed->people[i]);
    put(writer, "],\"kinds\":[");
    for (int i = 0; i < feed->kind_count; i++)
        put(writer, "%s[\"%s\",%lu]", i > 0 ? "," : "", feed->kinds[i].word,
            feed->kinds[i].count);
    put(writer, "],\"events\":[");
    for (unsigned long i = 1; i <= count; i++) {
        put(writer, "%s", i > 1 ? "," : "");
        put_event(writer, &feed->events[(feed->added - i) % FEED_EVENTS]);
    }
    put(writer, "]}");
}

bool feed_read_if_new(char *out, struct feed *feed)
{
    struct writer writer = {out, FEED_JSON_SIZE};
    bool is_new;

    pthread_mutex_lock(&feed->lock);
    is_new = feed->read != feed->added;
    if (is_new)
        put_all(&writer, feed);
    feed->read = feed->added;
    pthread_mutex_unlock(&feed->lock);
    return is_new;
}
