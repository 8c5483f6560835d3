/* SPDX-License-Identifier: MIT */
/* What each event has, and where events go: a file, standard error, or both. */
#include "lib/trace.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "lib/json.h"
#include "lib/say.h"
#include "lib/show.h"
#include "lib/trace_event.h"
#include "lib/trace_secrets.h"

enum {
    /* The longest line that kit_show_message prints. */
    LINE_MAX_SHOWN = KIT_NAME_MAX + 2 + KIT_SHOWN_SIZE(KIT_TEXT_MAX),
    KEY_ID_BYTES = 4, /* of a key_id, before it is hex */
};

bool kit_trace_on;

static struct {
    /*
     * Many functions of the kit write events, and a program may call them from
     * several threads. The lock is held from the first look at an event's
     * secrets until its lines are written. Otherwise the numbers and times in
     * the file might not be in order, and threads would overwrite each other's
     * line in lib/trace_event.c. It protects all members below, and the state
     * of lib/trace_event.c and lib/trace_secrets.c.
     */
    pthread_mutex_t lock;
    int fd; /* -1: no file */
    bool verbose, coloured;
    const char *program, *user;
    const char *file;
    long long count, latest; /* the last event: its n and its us */
} trace = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1};

/* --- Where events go ------------------------------------------------------ */

/* Takes the lock. Returns errno, for leave: a caller may still need it. */
static int enter(void)
{
    int why = errno;

    pthread_mutex_lock(&trace.lock);
    return why;
}

static void leave(int why)
{
    pthread_mutex_unlock(&trace.lock);
    errno = why;
}

/* The time in microseconds, or that of the last event if that was later. */
static long long next_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    if ((long long)t.tv_sec * 1000000 + t.tv_nsec / 1000 > trace.latest)
        trace.latest = (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
    return trace.latest;
}

/* Writes the event to the file. After an error it writes no more events. */
static void write_file(const struct kit_event *event)
{
    size_t len;
    const char *line = kit_event_for_file(&len, event);

    if (write(trace.fd, line, len) == (ssize_t)len)
        return;
    kit_error("cannot write the trace %s: it ends here; free space on the disk",
              trace.file);
    close(trace.fd);
    trace.fd = -1;
}

/* Writes the event to standard error. */
static void write_text(const struct kit_event *event)
{
    size_t len;
    const char *line = kit_event_for_terminal(&len, event, trace.coloured);

    kit_say_line(line, len);
}

static void emit(const char *name, const struct kit_event_member *members)
{
    const struct kit_event event = {
        .n = ++trace.count,
        .us = next_us(),
        .program = trace.program,
        .user = trace.user,
        .name = name,
        .members = members,
    };

    if (trace.fd >= 0)
        write_file(&event);
    if (trace.verbose)
        write_text(&event);
    kit_event_wipe();
}

/* --- Members -------------------------------------------------------------- */

/* The member NAME: the LEN bytes of TEXT or, to HIDE them, their length. */
static struct kit_event_member text_member(const char *name, const char *text,
                                           size_t len, bool hide)
{
    return (struct kit_event_member){
        .name = name,
        .type = hide || kit_secrets_in_text(text, len) ? KIT_EVENT_HIDDEN
                                                       : KIT_EVENT_TEXT,
        .data = text,
        .len = len,
    };
}

/* The same for the STRING, which may be NULL: then the member is left out. */
static struct kit_event_member string_member(const char *name,
                                             const char *string)
{
    return text_member(name, string, string == NULL ? 0 : strlen(string),
                       false);
}

static struct kit_event_member hex_member(const char *name,
                                          const uint8_t *bytes, size_t len)
{
    return (struct kit_event_member){
        .name = name, .type = KIT_EVENT_HEX, .data = bytes, .len = len};
}

static struct kit_event_member number_member(const char *name, long long number)
{
    return (struct kit_event_member){
        .name = name, .type = KIT_EVENT_NUMBER, .number = number};
}

/* The member "fields"; ALLOWLIST as in lib/trace_secrets.h. */
static struct kit_event_member fields_member(const cJSON *fields,
                                             bool allowlist)
{
    return (struct kit_event_member){.name = "fields",
                                     .type = KIT_EVENT_TREE,
                                     .data = fields,
                                     .allowlist = allowlist};
}

/* The member "key". If it is hidden, a terminal shows only the key_id. */
static struct kit_event_member key_member(const struct kit_key *key)
{
    bool shown = kit_secrets_shown();

    return (struct kit_event_member){
        .name = "key",
        .type = shown ? KIT_EVENT_HEX : KIT_EVENT_HIDDEN,
        .data = key->bytes,
        .len = KIT_KEY_LEN,
        .file_only = !shown,
    };
}

/* Writes the key_id of KEY to OUT. */
static void make_key_id(char out[2 * KEY_ID_BYTES + 1],
                        const struct kit_key *key)
{
    static const char label[] = "trace key_id";
    uint8_t bytes[KEY_ID_BYTES];

    /* After a failure the bytes are zero, and so is the key_id. */
    (void)!kit_hkdf(bytes, sizeof bytes, NULL, 0, key->bytes, KIT_KEY_LEN,
                    label, sizeof label - 1);
    kit_hex(out, bytes, sizeof bytes);
}

/* --- The events ----------------------------------------------------------- */

/* The number of a message; 0 if the protocol has no such PATH. */
static int number_of(const char *path, int status)
{
    if (path == NULL)
        return 5;
    if (strcmp(path, "/login") == 0)
        return status == 0 ? 1 : 2;
    if (strcmp(path, "/userinfo") == 0)
        return status == 0 ? 3 : 4;
    return 0;
}

/*
 * The member "line": the whole line is hidden if something in FIELDS is hidden.
 * If the line has fields, a terminal shows only those.
 */
static struct kit_event_member
line_member(const struct kit_trace_message *message, const cJSON *fields)
{
    bool http = message->path != NULL;
    /* A body that is not an object can have a password anywhere. */
    bool hide = (http && fields == NULL && !kit_secrets_shown()) ||
                kit_secrets_must_hide_part(fields, http);
    struct kit_event_member line =
        text_member("line", message->line, message->len, hide);

    line.file_only = fields != NULL;
    return line;
}

void kit_trace_message(const struct kit_trace_message *message)
{
    int why = enter();
    int number = number_of(message->path, message->status);
    bool http = message->path != NULL;
    cJSON *fields = kit_json_object(message->line, message->len);

    if (http)
        kit_secrets_remember_members(fields);
    if (number != 0)
        emit(message->event, (const struct kit_event_member[]){
                                 number_member("message", number),
                                 string_member("peer", message->peer),
                                 string_member("path", message->path),
                                 number_member("status", message->status),
                                 line_member(message, fields),
                                 fields_member(fields, http),
                                 {.name = NULL},
                             });
    kit_json_free(fields);
    leave(why);
}

void kit_trace_derived(const struct kit_key *key, const char *input,
                       const char *label)
{
    int why = enter();
    bool hide = !kit_secrets_shown();
    char key_id[2 * KEY_ID_BYTES + 1], hex[2 * KIT_KEY_LEN + 1];

    make_key_id(key_id, key);
    kit_hex(hex, key->bytes, KIT_KEY_LEN);
    kit_secrets_remember(input);
    kit_secrets_remember(hex);
    kit_wipe(hex, sizeof hex);
    emit("derived", (const struct kit_event_member[]){
                        string_member("label", label),
                        text_member("input", input, strlen(input), hide),
                        key_member(key),
                        string_member("key_id", key_id),
                        {.name = NULL},
                    });
    leave(why);
}

/* Whether AD is that of a ticket: senderinfo>bob, and not senderinfo>bob#1. */
static bool is_ticket(const char *ad)
{
    static const char start[] = KIT_LABEL_TICKET ">";

    return strncmp(ad, start, sizeof start - 1) == 0 && strchr(ad, '#') == NULL;
}

void kit_trace_box(const char *event, const struct kit_key *key,
                   const struct kit_box *box, const char *ad, const void *text,
                   size_t len)
{
    int why = enter();
    char key_id[2 * KEY_ID_BYTES + 1];
    size_t box_len = box->len <= KIT_BOX_MAX ? box->len : 0;
    size_t tag_at = box_len < KIT_TAG_LEN ? 0 : box_len - KIT_TAG_LEN;
    bool ticket = text != NULL && is_ticket(ad);
    cJSON *fields = ticket ? kit_json_object(text, len) : NULL;
    bool hide = ticket && !kit_secrets_shown();

    make_key_id(key_id, key);
    kit_secrets_remember_members(fields);
    emit(event, (const struct kit_event_member[]){
                    string_member("key_id", key_id),
                    key_member(key),
                    hex_member("nonce", box->nonce.bytes, KIT_NONCE_LEN),
                    hex_member("ciphertext", box->bytes, tag_at),
                    hex_member("tag", box->bytes + tag_at, box_len - tag_at),
                    string_member("ad", ad),
                    text_member("text", text, len, hide),
                    fields_member(fields, true),
                    {.name = NULL},
                });
    kit_json_free(fields);
    leave(why);
}

void kit_trace_refused(const char *step)
{
    int why = enter();

    emit("refused", (const struct kit_event_member[]){
                        string_member("step", step),
                        {.name = NULL},
                    });
    leave(why);
}

void kit_trace_shown(const char *sender, const char *shown)
{
    int why = enter();
    char line[LINE_MAX_SHOWN];

    snprintf(line, sizeof line, "%s: %s", sender, shown);
    emit("shown", (const struct kit_event_member[]){
                      string_member("text", line),
                      {.name = NULL},
                  });
    kit_wipe(line, sizeof line);
    leave(why);
}

/* --- The beginning and the end -------------------------------------------- */

/* Creates the file. Returns an exit code. */
static int create(const char *file)
{
    trace.fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
                    S_IRUSR | S_IWUSR);
    if (trace.fd >= 0)
        return EX_OK;
    if (errno == EEXIST)
        kit_error("%s exists already: remove it, or choose another file with "
                  "--trace",
                  file);
    else
        kit_error("cannot create the trace %s (%s): choose another file with "
                  "--trace",
                  file, strerror(errno));
    return EX_CANTCREAT;
}

int kit_trace_open(const struct kit_trace_options *options, const char *program,
                   const char *user)
{
    if (options->keys && options->file == NULL)
        return kit_fail(EX_USAGE, "--trace-keys only adds to a trace: give "
                                  "--trace FILE as well");
    trace.program = program;
    trace.user = user;
    trace.file = options->file;
    kit_secrets_begin(options->keys);
    trace.verbose = options->verbose;
    trace.coloured = kit_say_coloured();
    if (options->file != NULL && create(options->file) != EX_OK)
        return EX_CANTCREAT;
    if (options->keys)
        kit_note(
            "%s will contain passwords, tokens, secrets and keys: anyone "
            "who reads it can read the messages; delete it soon, and never "
            "hand it in",
            options->file);
    kit_trace_on = trace.fd >= 0 || trace.verbose;
    /* kit_trace_close wipes the secrets that are remembered. */
    if (kit_trace_on)
        (void)!atexit(kit_trace_close);
    return EX_OK;
}

void kit_trace_close(void)
{
    kit_trace_on = false;
    if (trace.fd >= 0)
        close(trace.fd);
    trace.fd = -1;
    trace.count = trace.latest = 0;
    kit_secrets_end();
}
