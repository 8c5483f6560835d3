/* SPDX-License-Identifier: MIT */
/* The events of a program, as JSON in a file and as text on a terminal. */
#include "lib/trace.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
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
#include "lib/utf8.h"

enum {
    /* Bytes of an event. The longest has a body of 16 KiB twice, and each byte
       of it can become six. */
    EVENT_MAX = 1 << 18,
    /* The longest line that kit_show_message prints. */
    LINE_MAX_SHOWN = KIT_NAME_MAX + 2 + KIT_SHOWN_SIZE(KIT_TEXT_MAX),
    SECRETS = 64,     /* how many secrets are remembered */
    KEY_ID_BYTES = 4, /* of a key_id, before it is hex */
};

bool kit_trace_on;

static struct {
    pthread_mutex_t lock; /* for everything below, once threads exist */
    int fd;               /* -1: no file */
    bool keys, verbose, colour;
    const char *program, *user;
    const char *file;
    long long count, latest; /* the last event: its n and its us */
    /* The last ones, to hide them where they do not belong: in message 5, in a
       text, in associated data. */
    char secrets[SECRETS][KIT_TOKEN_MAX + 1];
    size_t next_secret;
    bool for_terminal; /* the event is written as text, not as JSON */
    size_t len;        /* of the event */
} trace = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1};

/* The event that is being written. It is no member of TRACE, because then the
   program's file would contain its zeros. */
static char event_text[EVENT_MAX];

/* A member of an event. If DATA is NULL or a number is 0, it is left out. */
struct member {
    const char *name;
    enum { TEXT, HIDDEN, HEX, NUMBER, TREE } type;
    const void *data; /* TEXT, HIDDEN, HEX: bytes; TREE: a cJSON object */
    long long len;    /* of the bytes; or the NUMBER */
    bool file_only;   /* left out on a terminal: it is there in another form */
    bool is_listed;   /* TREE: hide all members but those in shown_names */
};

/* --- What is hidden ------------------------------------------------------- */

/* The members that are not secret in messages 1 to 4 and in tickets. */
static const char *const shown_names[] = {
    "username",   "port",  "receiver", "ip_addr", "senderinfo",
    "expires_in", "error", "exp",      NULL};

/* The members that are secret in message 5, where they do not belong. */
static const char *const secret_names[] = {"password", "token", "secret", "key",
                                           NULL};

static bool is_in(const char *const *list, const char *name)
{
    while (*list != NULL && strcmp(*list, name) != 0)
        list++;
    return *list != NULL;
}

/* Whether the LEN bytes of TEXT contain a token or secret of this program. */
static bool has_secret(const char *text, size_t len)
{
    if (trace.keys)
        return false;
    for (size_t i = 0; i < SECRETS; i++) {
        size_t n = strlen(trace.secrets[i]);

        for (size_t at = 0; n > 0 && at + n <= len; at++)
            if (memcmp(text + at, trace.secrets[i], n) == 0)
                return true;
    }
    return false;
}

/*
 * Remembers a token, a secret or a key in hex. Shorter strings, like most
 * passwords, are not remembered: they can be words of a harmless text.
 */
static void remember(const char *secret)
{
    if (!kit_is_token(secret) || has_secret(secret, strlen(secret)))
        return;
    snprintf(trace.secrets[trace.next_secret++ % SECRETS],
             sizeof trace.secrets[0], "%s", secret);
}

/* Remembers the secrets that are members of TREE. */
static void remember_members(const cJSON *tree)
{
    remember(kit_json_string(tree, "password"));
    remember(kit_json_string(tree, "token"));
    remember(kit_json_string(tree, "secret"));
}

/* Whether the value of ITEM is hidden. IS_LISTED as in struct member. */
static bool is_hidden(const cJSON *item, bool is_listed)
{
    bool nested = cJSON_IsObject(item) || cJSON_IsArray(item);

    if (trace.keys)
        return false;
    if (item->string != NULL && is_listed &&
        (nested || !is_in(shown_names, item->string)))
        return true;
    if (item->string != NULL && is_in(secret_names, item->string))
        return true;
    return cJSON_IsString(item) &&
           has_secret(item->valuestring, strlen(item->valuestring));
}

/* Whether the name of ITEM is hidden: it may be a secret as well. */
static bool is_name_hidden(const cJSON *item)
{
    return item->string != NULL &&
           has_secret(item->string, strlen(item->string));
}

/* Whether something in TREE, which may be NULL, is hidden. */
static bool hides_something(const cJSON *tree, bool is_listed)
{
    const cJSON *item = tree == NULL ? NULL : tree->child;

    for (; item != NULL; item = item->next) {
        if (is_hidden(item, is_listed) || is_name_hidden(item) ||
            hides_something(item, is_listed))
            return true;
    }
    return false;
}

/* --- Writing values ------------------------------------------------------- */

/* Adds bytes to the event. EVENT_MAX is enough; if not, cuts it off. */
static void put_bytes(const char *bytes, size_t len)
{
    size_t room = sizeof event_text - trace.len;

    if (len > room)
        len = room;
    memcpy(event_text + trace.len, bytes, len);
    trace.len += len;
}

static void put(const char *string)
{
    put_bytes(string, strlen(string));
}

static void put_number(long long number)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", number);
    put(text);
}

/* Adds the character CODE, SIZE bytes at P, as part of a string. */
static void put_character(const char *p, size_t size, uint32_t code)
{
    char text[KIT_SHOWN_SIZE(4)];

    if (trace.for_terminal && code != '"')
        kit_show(text, sizeof text, p, size);
    else if (code == '"' || code == '\\')
        snprintf(text, sizeof text, "\\%c", (char)code);
    else if (code >= 0x20 && code <= 0x7e && strchr("<>&'", (int)code) == NULL)
        snprintf(text, sizeof text, "%c", (char)code);
    else if (code <= 0xffff)
        snprintf(text, sizeof text, "\\u%04" PRIx32, code);
    else /* a surrogate pair */
        snprintf(text, sizeof text, "\\u%04" PRIx32 "\\u%04" PRIx32,
                 0xd800 + ((code - 0x10000) >> 10), 0xdc00 + (code & 0x3ff));
    put(text);
}

/* Adds LEN bytes of UTF-8 as a string. */
static void put_string(const char *text, size_t len)
{
    put("\"");
    for (size_t at = 0, size; at < len; at += size) {
        uint32_t code;

        size = kit_utf8_next(&code, text + at, len - at);
        put_character(text + at, size, code);
    }
    put("\"");
}

static bool is_utf8(const char *text, size_t len)
{
    for (size_t at = 0, size; at < len; at += size) {
        uint32_t code;

        size = kit_utf8_next(&code, text + at, len - at);
        if (size == 0)
            return false;
    }
    return true;
}

static void put_hex(const uint8_t *bytes, size_t len)
{
    char digits[3];

    put("\"");
    for (size_t i = 0; i < len; i++) {
        kit_hex(digits, bytes + i, 1);
        put(digits);
    }
    put("\"");
}

static void put_hidden(size_t len)
{
    put(trace.for_terminal ? "(" : "{\"hidden\":");
    put_number((long long)len);
    put(trace.for_terminal ? " bytes hidden)" : "}");
}

/* Adds a hidden value of a tree: its length, which is the only thing known. */
static void put_hidden_item(const cJSON *item)
{
    char *json;

    if (cJSON_IsString(item)) {
        put_hidden(strlen(item->valuestring));
        return;
    }
    json = cJSON_PrintUnformatted(item);
    put_hidden(json == NULL ? 0 : strlen(json));
    if (json != NULL)
        kit_wipe(json, strlen(json));
    cJSON_free(json);
}

static void put_item(const cJSON *item, bool is_listed);

/* Adds the members of an object, or the items of an array. */
static void put_children(const cJSON *tree, bool is_listed)
{
    for (const cJSON *item = tree->child; item != NULL; item = item->next) {
        if (item != tree->child)
            put(",");
        if (is_name_hidden(item))
            put("\"hidden\":");
        else if (item->string != NULL) {
            put_string(item->string, strlen(item->string));
            put(":");
        }
        if (is_hidden(item, is_listed))
            put_hidden_item(item);
        else
            put_item(item, is_listed);
    }
}

/* Adds the value of ITEM. A number that is not an integer becomes null. */
static void put_item(const cJSON *item, bool is_listed)
{
    if (cJSON_IsObject(item) || cJSON_IsArray(item)) {
        put(cJSON_IsObject(item) ? "{" : "[");
        put_children(item, is_listed);
        put(cJSON_IsObject(item) ? "}" : "]");
    } else if (cJSON_IsString(item))
        put_string(item->valuestring, strlen(item->valuestring));
    else if (cJSON_IsNumber(item) && !isnan(item->valuedouble))
        put_number((long long)item->valuedouble);
    else if (cJSON_IsBool(item))
        put(cJSON_IsTrue(item) ? "true" : "false");
    else
        put("null");
}

/* --- Writing events ------------------------------------------------------- */

static bool is_absent(const struct member *member)
{
    if (trace.for_terminal && member->file_only)
        return true;
    return member->type == NUMBER ? member->len == 0 : member->data == NULL;
}

static void put_member(const struct member *member)
{
    size_t len = (size_t)member->len;
    bool hex = member->type == TEXT && !is_utf8(member->data, len);

    put(trace.for_terminal ? " " : ",\"");
    put(member->name);
    put(hex ? "_hex" : "");
    put(trace.for_terminal ? "=" : "\":");
    if (member->type == NUMBER)
        put_number(member->len);
    else if (member->type == HIDDEN)
        put_hidden(len);
    else if (member->type == TREE)
        put_item(member->data, member->is_listed);
    else if (member->type == HEX || hex)
        put_hex(member->data, len);
    else
        put_string(member->data, len);
}

static void put_members(const struct member *members)
{
    for (; members->name != NULL; members++) {
        if (!is_absent(members))
            put_member(members);
    }
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
static void write_json(const char *event, const struct member *members)
{
    const struct member common[] = {
        {.name = "us", .type = NUMBER, .len = next_us()},
        {.name = "program",
         .data = trace.program,
         .len = (long long)strlen(trace.program)},
        {.name = "user",
         .data = trace.user,
         .len = (long long)strlen(trace.user)},
        {.name = "event", .data = event, .len = (long long)strlen(event)},
        {.name = NULL},
    };

    trace.for_terminal = false;
    put("{\"n\":");
    put_number(trace.count);
    put_members(common);
    put_members(members);
    put("}\n");
    if (write(trace.fd, event_text, trace.len) == (ssize_t)trace.len)
        return;
    kit_error("cannot write the trace %s: it ends here; free space on the disk",
              trace.file);
    close(trace.fd);
    trace.fd = -1;
}

/* The colour of an EVENT on a terminal. */
static const char *colour_of(const char *event)
{
    if (strcmp(event, "refused") == 0 || strcmp(event, "not_opened") == 0)
        return "\033[31m"; /* red */
    if (strcmp(event, "sent") == 0 || strcmp(event, "received") == 0)
        return "\033[36m"; /* cyan */
    return "\033[32m";     /* green */
}

/* Writes the event to standard error, for example "[3] shown text=...". */
static void write_text(const char *event, const struct member *members)
{
    trace.for_terminal = true;
    put("[");
    put_number(trace.count);
    put("] ");
    put(trace.colour ? colour_of(event) : "");
    put(event);
    put(trace.colour ? "\033[0m" : "");
    put_members(members);
    put("\n");
    kit_say_line(event_text, trace.len);
}

/* Wipes the event: it may have plaintext. */
static void wipe_text(void)
{
    kit_wipe(event_text, trace.len);
    trace.len = 0;
}

static void emit(const char *event, const struct member *members)
{
    trace.count++;
    if (trace.fd >= 0)
        write_json(event, members);
    wipe_text();
    if (trace.verbose)
        write_text(event, members);
    wipe_text();
}

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

/* --- The events ----------------------------------------------------------- */

/* The member NAME with the LEN bytes of TEXT; HIDE: with their length only. */
static struct member text_member(const char *name, const char *text, size_t len,
                                 bool hide)
{
    return (struct member){
        .name = name,
        .type = hide || has_secret(text, len) ? HIDDEN : TEXT,
        .data = text,
        .len = (long long)len,
    };
}

/* The same for the STRING, which may be NULL: then the member is left out. */
static struct member string_member(const char *name, const char *string)
{
    return text_member(name, string, string == NULL ? 0 : strlen(string),
                       false);
}

static struct member hex_member(const char *name, const uint8_t *bytes,
                                size_t len)
{
    return (struct member){
        .name = name, .type = HEX, .data = bytes, .len = (long long)len};
}

/* The member "key". On a terminal, key_id is enough if it is hidden. */
static struct member key_member(const struct kit_key *key)
{
    return (struct member){
        .name = "key",
        .type = trace.keys ? HEX : HIDDEN,
        .data = key->bytes,
        .len = KIT_KEY_LEN,
        .file_only = !trace.keys,
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

/* The number of a message: 0 if the PATH is neither of the protocol's. */
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

void kit_trace_message(const struct kit_trace_message *message)
{
    int why = enter();
    int number = number_of(message->path, message->status);
    bool http = message->path != NULL;
    cJSON *fields = kit_json_object(message->line, message->len);

    if (http)
        remember_members(fields);
    if (number != 0) {
        /* A body that is not an object can have a password anywhere. */
        bool hide = (http && fields == NULL && !trace.keys) ||
                    hides_something(fields, http);
        struct member members[] = {
            {.name = "message", .type = NUMBER, .len = number},
            string_member("peer", message->peer),
            string_member("path", message->path),
            {.name = "status", .type = NUMBER, .len = message->status},
            text_member("line", message->line, message->len, hide),
            {.name = "fields", .type = TREE, .data = fields, .is_listed = http},
            {.name = NULL},
        };

        members[4].file_only = fields != NULL;
        emit(message->event, members);
    }
    kit_json_free(fields);
    leave(why);
}

void kit_trace_derived(const struct kit_key *key, const char *input,
                       const char *label)
{
    int why = enter();
    char key_id[2 * KEY_ID_BYTES + 1], hex[2 * KIT_KEY_LEN + 1];

    make_key_id(key_id, key);
    kit_hex(hex, key->bytes, KIT_KEY_LEN);
    remember(input);
    remember(hex);
    kit_wipe(hex, sizeof hex);
    emit("derived", (const struct member[]){
                        string_member("label", label),
                        text_member("input", input, strlen(input), !trace.keys),
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
    bool hide = ticket && !trace.keys;

    make_key_id(key_id, key);
    remember_members(fields);
    emit(
        event,
        (const struct member[]){
            string_member("key_id", key_id),
            key_member(key),
            hex_member("nonce", box->nonce.bytes, KIT_NONCE_LEN),
            hex_member("ciphertext", box->bytes, tag_at),
            hex_member("tag", box->bytes + tag_at, box_len - tag_at),
            string_member("ad", ad),
            text_member("text", text, len, hide),
            {.name = "fields", .type = TREE, .data = fields, .is_listed = true},
            {.name = NULL},
        });
    kit_json_free(fields);
    leave(why);
}

void kit_trace_refused(const char *step)
{
    int why = enter();

    emit("refused", (const struct member[]){
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
    emit("shown", (const struct member[]){
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
    trace.keys = options->keys;
    trace.verbose = options->verbose;
    trace.colour = kit_say_coloured();
    if (options->file != NULL && create(options->file) != EX_OK)
        return EX_CANTCREAT;
    if (options->keys)
        kit_note(
            "%s will contain passwords, tokens, secrets and keys: anyone "
            "who reads it can read the messages; delete it soon, and never "
            "hand it in",
            options->file);
    kit_trace_on = trace.fd >= 0 || trace.verbose;
    /* At the end, the secrets that it remembers must be wiped. */
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
    trace.next_secret = 0;
    kit_wipe(trace.secrets, sizeof trace.secrets);
}
