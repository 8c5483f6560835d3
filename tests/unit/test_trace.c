/* SPDX-License-Identifier: MIT */
/*
 * The trace: every event in its form, nothing secret without --trace-keys, and
 * lines that are always valid ASCII JSON.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "lib/http.h"
#include "lib/json.h"
#include "lib/say.h"
#include "lib/show.h"
#include "lib/trace.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/support/threads.h"
#include "tests/support/tree.h"
#include "tests/unit/embedded_server.h"
#include "tests/unit/terminal.h"

#define TOKEN "0123456789abcdef-token"

static char dir[64], path[80];

static void setup(void)
{
    embedded_begin(); /* captures standard error */
    ck_assert_int_eq(temp_folder(dir, sizeof dir, "trace"), 0);
    snprintf(path, sizeof path, "%s/a.jsonl", dir);
}

static void teardown(void)
{
    kit_trace_close();
    ck_assert_int_eq(tree_remove(dir), 0);
    embedded_end();
}

/* Begins a trace in PATH for alice's sender, with KEYS or without. */
static void begin_with(bool keys)
{
    const struct kit_trace_options options = {.file = path, .keys = keys};

    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_OK);
    ck_assert(kit_trace_on);
}

static void begin(void)
{
    begin_with(false);
}

/* Line N of the file, from 1, without its newline; or NULL. */
static const char *event(int n)
{
    const char *line = file_read(path, NULL);
    static char copy[1 << 18];

    while (n-- > 1 && line != NULL)
        line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL;
    if (line == NULL || *line == '\0')
        return NULL;
    snprintf(copy, sizeof copy, "%.*s", (int)strcspn(line, "\n"), line);
    return copy;
}

/* Event N must end with EXPECTED, from its "event" on. */
static void expect(int n, const char *expected)
{
    const char *line = event(n), *from;

    ck_assert_ptr_nonnull(line);
    from = strstr(line, "\"event\":");
    ck_assert_ptr_nonnull(from);
    ck_assert_str_eq(from, expected);
}

static bool file_has(const char *part)
{
    return strstr(file_read(path, NULL), part) != NULL;
}

/* --- Beginning ------------------------------------------------------------ */

START_TEST(off_by_default)
{
    const struct kit_trace_options none = {.file = NULL};
    struct kit_key key;

    ck_assert_int_eq(kit_trace_open(&none, "sender", "alice"), EX_OK);
    ck_assert(!kit_trace_on);
    ck_assert_int_eq(kit_derive(&key, TOKEN, KIT_LABEL_MESSAGE), 0);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* The first members of an event, and a file that only its owner can read. */
START_TEST(a_new_file)
{
    struct stat status;
    long long n, us;
    cJSON *json;

    umask(0);
    begin();
    kit_trace_refused("replay");
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0600);
    json = kit_json_object(event(1), strlen(event(1)));
    ck_assert_int_eq(kit_json_integer(&n, json, "n", 1, 1), 0);
    ck_assert_int_eq(kit_json_integer(&us, json, "us", 1, INT64_MAX), 0);
    ck_assert_int_le(us / 1000000, time(NULL));
    ck_assert_int_ge(us / 1000000, time(NULL) - 60);
    ck_assert_str_eq(kit_json_string(json, "program"), "sender");
    ck_assert_str_eq(kit_json_string(json, "user"), "alice");
    kit_json_free(json);
    expect(1, "\"event\":\"refused\",\"step\":\"replay\"}");
    ck_assert_ptr_null(event(2));
    ck_assert_str_eq(captured(), "");
}
END_TEST

/* A file that exists may be another trace, or readable by others. */
START_TEST(never_an_old_file)
{
    const struct kit_trace_options options = {.file = path};

    file_write(path, "precious", 8);
    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_CANTCREAT);
    captured_one_line("exists already: remove it, or choose another file");
    ck_assert(!kit_trace_on);
    ck_assert_str_eq(file_read(path, NULL), "precious");
}
END_TEST

/* A link would make us create a file somewhere else. */
START_TEST(never_a_link)
{
    const struct kit_trace_options options = {.file = path};
    char target[96];

    snprintf(target, sizeof target, "%s/target", dir);
    ck_assert_int_eq(symlink(target, path), 0);
    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_CANTCREAT);
    ck_assert_int_ne(access(target, F_OK), 0);
}
END_TEST

START_TEST(no_such_folder)
{
    const struct kit_trace_options options = {.file = "/nowhere/at/all"};

    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_CANTCREAT);
    captured_one_line("cannot create the trace /nowhere/at/all");
}
END_TEST

START_TEST(keys_need_a_file)
{
    const struct kit_trace_options options = {.keys = true, .verbose = true};

    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_USAGE);
    captured_one_line("--trace-keys only adds to a trace: give --trace FILE");
    ck_assert(!kit_trace_on);
}
END_TEST

START_TEST(keys_print_a_warning)
{
    begin_with(true);
    captured_one_line("will contain passwords, tokens, secrets and keys");
}
END_TEST

/* --- Messages ------------------------------------------------------------- */

/* A message, and what follows "event":"sent" in its event. */
static const struct {
    const char *path;
    int status;
    const char *line, *hidden, *with_keys;
} messages[] = {
    {"/login", 0, "{\"username\":\"alice\",\"password\":\"apple\"}",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/"
     "login\",\"line\":{\"hidden\":39},"
     "\"fields\":{\"username\":\"alice\",\"password\":{\"hidden\":5}}}",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/login\","
     "\"line\":\"{\\\"username\\\":\\\"alice\\\",\\\"password\\\":"
     "\\\"apple\\\"}"
     "\",\"fields\":{\"username\":\"alice\",\"password\":\"apple\"}}"},
    {"/login", 200, "{\"token\":\"" TOKEN "\",\"expires_in\":43200}",
     "\"message\":2,\"peer\":\"x\",\"path\":\"/login\",\"status\":200,"
     "\"line\":{\"hidden\":53},"
     "\"fields\":{\"token\":{\"hidden\":22},\"expires_in\":43200}}",
     "\"message\":2,\"peer\":\"x\",\"path\":\"/login\",\"status\":200,"
     "\"line\":\"{\\\"token\\\":\\\"" TOKEN "\\\",\\\"expires_in\\\":43200}\","
     "\"fields\":{\"token\":\"" TOKEN "\",\"expires_in\":43200}}"},
    {"/userinfo", 0, "{\"receiver\":\"bob\"}",
     "\"message\":3,\"peer\":\"x\",\"path\":\"/userinfo\","
     "\"line\":\"{\\\"receiver\\\":\\\"bob\\\"}\","
     "\"fields\":{\"receiver\":\"bob\"}}",
     "\"message\":3,\"peer\":\"x\",\"path\":\"/userinfo\","
     "\"line\":\"{\\\"receiver\\\":\\\"bob\\\"}\","
     "\"fields\":{\"receiver\":\"bob\"}}"},
    {"/userinfo", 429, "{\"error\":\"slow_down\"}",
     "\"message\":4,\"peer\":\"x\",\"path\":\"/userinfo\",\"status\":429,"
     "\"line\":\"{\\\"error\\\":\\\"slow_down\\\"}\","
     "\"fields\":{\"error\":\"slow_down\"}}",
     "\"message\":4,\"peer\":\"x\",\"path\":\"/userinfo\",\"status\":429,"
     "\"line\":\"{\\\"error\\\":\\\"slow_down\\\"}\","
     "\"fields\":{\"error\":\"slow_down\"}}"},
    {NULL, 0, "{\"seq\":1,\"more\":[true,false,null,1.5,{\"a\":\"\\u0041\"}]}",
     "\"message\":5,\"peer\":\"x\",\"line\":\"{\\\"seq\\\":1,\\\"more\\\":"
     "[true,false,null,1.5,{\\\"a\\\":\\\"\\\\u0041\\\"}]}\","
     "\"fields\":{\"seq\":1,\"more\":[true,false,null,null,{\"a\":\"A\"}]}}",
     "\"message\":5,\"peer\":\"x\",\"line\":\"{\\\"seq\\\":1,\\\"more\\\":"
     "[true,false,null,1.5,{\\\"a\\\":\\\"\\\\u0041\\\"}]}\","
     "\"fields\":{\"seq\":1,\"more\":[true,false,null,null,{\"a\":\"A\"}]}}"},
    {NULL, 0, "no <json>",
     "\"message\":5,\"peer\":\"x\","
     "\"line\":\"no \\u003cjson\\u003e\"}",
     "\"message\":5,\"peer\":\"x\",\"line\":\"no \\u003cjson\\u003e\"}"},
    {NULL, 0, "\xff", "\"message\":5,\"peer\":\"x\",\"line_hex\":\"ff\"}",
     "\"message\":5,\"peer\":\"x\",\"line_hex\":\"ff\"}"},
    /* A body that is not JSON, or has members that nobody knows. */
    {"/login", 0, "\"password\":\"apple\"",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/"
     "login\",\"line\":{\"hidden\":18}}",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/login\","
     "\"line\":\"\\\"password\\\":\\\"apple\\\"\"}"},
    {"/login", 0, "{\"Password\":\"apple\",\"pin\":1234,\"port\":{\"a\":1}}",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/"
     "login\",\"line\":{\"hidden\":46},"
     "\"fields\":{\"Password\":{\"hidden\":5},\"pin\":{\"hidden\":4},\"port\":{"
     "\"hidden\":7}}}",
     "\"message\":1,\"peer\":\"x\",\"path\":\"/login\","
     "\"line\":\"{\\\"Password\\\":\\\"apple\\\",\\\"pin\\\":1234,\\\"port\\\":"
     "{\\\"a\\\":1}}\","
     "\"fields\":{\"Password\":\"apple\",\"pin\":1234,\"port\":{\"a\":1}}}"},
    /* A token in the place of a name, but a ticket where it belongs. */
    {"/userinfo", 0,
     "{\"username\":\"" TOKEN TOKEN "\",\"senderinfo\":\"" TOKEN TOKEN "\"}",
     "\"message\":3,\"peer\":\"x\",\"path\":\"/userinfo\","
     "\"line\":{\"hidden\":119},"
     "\"fields\":{\"username\":{\"hidden\":44},"
     "\"senderinfo\":\"" TOKEN TOKEN "\"}}",
     "\"message\":3,\"peer\":\"x\",\"path\":\"/userinfo\","
     "\"line\":\"{\\\"username\\\":\\\"" TOKEN TOKEN "\\\","
     "\\\"senderinfo\\\":\\\"" TOKEN TOKEN "\\\"}\","
     "\"fields\":{\"username\":\"" TOKEN TOKEN "\","
     "\"senderinfo\":\"" TOKEN TOKEN "\"}}"},
    {NULL, 0, "{\"seq\":1,\"a\":{\"key\":\"k\"}}",
     "\"message\":5,\"peer\":\"x\",\"line\":{\"hidden\":25},"
     "\"fields\":{\"seq\":1,\"a\":{\"key\":{\"hidden\":1}}}}",
     "\"message\":5,\"peer\":\"x\","
     "\"line\":\"{\\\"seq\\\":1,\\\"a\\\":{\\\"key\\\":\\\"k\\\"}}\","
     "\"fields\":{\"seq\":1,\"a\":{\"key\":\"k\"}}}"},
};

/* Traces LINE as a message to peer x. */
static void trace_message(const char *to, int status, const char *line)
{
    kit_trace_message(&(struct kit_trace_message){.event = "sent",
                                                  .peer = "x",
                                                  .path = to,
                                                  .status = status,
                                                  .line = line,
                                                  .len = strlen(line)});
}

START_TEST(message)
{
    for (int keys = 0; keys < 2; keys++) {
        char expected[1024];

        begin_with(keys);
        trace_message(messages[_i].path, messages[_i].status,
                      messages[_i].line);
        snprintf(expected, sizeof expected, "\"event\":\"sent\",%s",
                 keys ? messages[_i].with_keys : messages[_i].hidden);
        expect(1, expected);
        kit_trace_close();
        ck_assert_int_eq(unlink(path), 0);
    }
}
END_TEST

/* The protocol has two paths. Others are not its messages. */
START_TEST(another_path)
{
    begin();
    trace_message("/", 0, "{}");
    ck_assert_ptr_null(event(1));
}
END_TEST

/* --- Keys and boxes ------------------------------------------------------- */

static struct kit_key test_key(void)
{
    struct kit_key key;

    for (int i = 0; i < KIT_KEY_LEN; i++)
        key.bytes[i] = (uint8_t)i;
    return key;
}

/* The key_id was computed with Python: HKDF of the key and "trace key_id". */
START_TEST(derived)
{
    const struct kit_key key = test_key();

    begin();
    kit_trace_derived(&key, "secret", "message");
    expect(1, "\"event\":\"derived\",\"label\":\"message\","
              "\"input\":{\"hidden\":6},\"key\":{\"hidden\":32},"
              "\"key_id\":\"e42f44e8\"}");
}
END_TEST

START_TEST(derived_with_keys)
{
    const struct kit_key key = test_key();

    begin_with(true);
    kit_trace_derived(&key, "secret", "message");
    expect(1, "\"event\":\"derived\",\"label\":\"message\","
              "\"input\":\"secret\",\"key\":\"00010203040506070809"
              "0a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\","
              "\"key_id\":\"e42f44e8\"}");
}
END_TEST

/* kit_derive traces the key that it returns, but none if it fails. */
START_TEST(derive)
{
    struct kit_key key;
    char label[KIT_HKDF_INFO_MAX + 2] = "", hex[2 * KIT_KEY_LEN + 1];

    memset(label, 'l', sizeof label - 1);
    begin_with(true);
    ck_assert_int_eq(kit_derive(&key, TOKEN, label), -1);
    ck_assert_ptr_null(event(1));
    ck_assert_int_eq(kit_derive(&key, TOKEN, KIT_LABEL_MESSAGE), 0);
    kit_hex(hex, key.bytes, sizeof key.bytes);
    ck_assert(file_has(hex));
}
END_TEST

/* The box of section 8 of the protocol, sealed, opened and not opened. */
START_TEST(boxes)
{
#define PARTS                                                                  \
    "\"key_id\":\"e42f44e8\",\"key\":{\"hidden\":32},"                         \
    "\"nonce\":\"000000000000000000000000\",\"ciphertext\":\"%s\","            \
    "\"tag\":\"%s\",\"ad\":\"alice\\u003ebob#1\""
    const struct kit_key key = test_key();
    struct kit_box box = {.len = 0};
    struct kit_text text;
    char ciphertext[8], tag[33], expected[512];

    begin();
    ck_assert_int_eq(kit_box_seal(&box, &key, "alice>bob#1", "a\xc3\xa9", 3),
                     0);
    kit_hex(ciphertext, box.bytes, 3);
    kit_hex(tag, box.bytes + 3, KIT_TAG_LEN);
    snprintf(expected, sizeof expected,
             "\"event\":\"sealed\"," PARTS ",\"text\":\"a\\u00e9\"}",
             ciphertext, tag);
    expect(1, expected);

    ck_assert_int_eq(kit_box_open(&text, &key, "alice>bob#1", &box), 0);
    snprintf(expected, sizeof expected,
             "\"event\":\"opened\"," PARTS ",\"text\":\"a\\u00e9\"}",
             ciphertext, tag);
    expect(2, expected);

    box.bytes[3] ^= 1;
    kit_hex(tag, box.bytes + 3, KIT_TAG_LEN);
    ck_assert_int_eq(kit_box_open(&text, &key, "alice>bob#1", &box), -1);
    snprintf(expected, sizeof expected, "\"event\":\"not_opened\"," PARTS "}",
             ciphertext, tag);
    expect(3, expected);
    ck_assert_ptr_null(event(4));
}
END_TEST

/* The lengths that no box has do not make us read outside the box. */
static const struct {
    size_t len;
    const char *parts;
} odd_boxes[] = {
    {0, "\"ciphertext\":\"\",\"tag\":\"\""},
    {2, "\"ciphertext\":\"\",\"tag\":\"0000\""},
    {KIT_BOX_MAX + 1, "\"ciphertext\":\"\",\"tag\":\"\""},
};

START_TEST(odd_box)
{
    const struct kit_key key = test_key();
    const struct kit_box box = {.len = odd_boxes[_i].len};

    begin();
    kit_trace_box("not_opened", &key, &box, "ad", NULL, 0);
    ck_assert(file_has(odd_boxes[_i].parts));
}
END_TEST

/* An empty text is a text, and one that is not UTF-8 is hex. */
START_TEST(odd_texts)
{
    const struct kit_key key = test_key();
    struct kit_box box = {.len = 0};

    begin();
    ck_assert_int_eq(kit_box_seal(&box, &key, "ad", NULL, 0), 0);
    ck_assert(file_has("\"text\":\"\"}"));
    ck_assert_int_eq(kit_box_seal(&box, &key, "ad", "\xff\x80", 2), 0);
    ck_assert(file_has("\"text_hex\":\"ff80\"}"));
}
END_TEST

/* The text of a ticket, and how its event ends. */
static const struct {
    const char *ad, *text, *end;
} tickets[] = {
    {"senderinfo>bob", "{\"username\":\"alice\",\"secret\":\"" TOKEN "\"}",
     "\"text\":{\"hidden\":54},"
     "\"fields\":{\"username\":\"alice\",\"secret\":{\"hidden\":22}}}"},
    {"senderinfo>bob", "\"secret\":\"" TOKEN "\"", "\"text\":{\"hidden\":33}}"},
    /* A text to bob from a user of this name is no ticket. */
    {"senderinfo>bob#1", "{\"exp\":1}", "\"text\":\"{\\\"exp\\\":1}\"}"},
};

START_TEST(ticket)
{
    const struct kit_key key = test_key();
    struct kit_box box = {.len = 0};
    const char *line;

    begin();
    ck_assert_int_eq(kit_box_seal(&box, &key, tickets[_i].ad, tickets[_i].text,
                                  strlen(tickets[_i].text)),
                     0);
    line = event(1);
    ck_assert_str_eq(strstr(line, "\"text\""), tickets[_i].end);
}
END_TEST

/* --- Secrets where they do not belong ------------------------------------- */

/* The mistakes of a program that knows TOKEN, and maybe shows it to others. */
START_TEST(secrets_elsewhere)
{
    const struct kit_key key = test_key();
    struct kit_box box = {.len = 0};
    char hex[2 * KIT_KEY_LEN + 1], line[256];

    kit_hex(hex, key.bytes, sizeof key.bytes);
    begin();
    kit_trace_derived(&key, TOKEN, "message");
    kit_trace_derived(&key, "message", TOKEN);
    trace_message(NULL, 0, "x" TOKEN "x");
    trace_message(NULL, 0, "{\"a\":[\"" TOKEN "\"],\"" TOKEN "\":1}");
    /* TOKEN again, with its first character escaped. */
    trace_message(NULL, 0, "{\"message\":\"\\u0030123456789abcdef-token\"}");
    snprintf(line, sizeof line, "{\"message\":\"%s\"}", hex);
    trace_message(NULL, 0, line);
    trace_message("/userinfo", 200, "{\"ip_addr\":\"" TOKEN "\"}");
    ck_assert_int_eq(kit_box_seal(&box, &key, TOKEN, TOKEN, strlen(TOKEN)), 0);
    kit_refused(TOKEN);
    kit_trace_shown("alice", "my token is " TOKEN);
    ck_assert_ptr_nonnull(event(10));
    ck_assert(!file_has(TOKEN) && !file_has("123456789abcdef-token"));
    ck_assert(!file_has(hex));
    expect(4, "\"event\":\"sent\",\"message\":5,\"peer\":\"x\","
              "\"line\":{\"hidden\":59},"
              "\"fields\":{\"a\":[{\"hidden\":22}],\"hidden\":1}}");
}
END_TEST

/* What messages 2 and 4 and tickets bring is known from then on. */
static const struct {
    const char *path, *line;
} sources[] = {
    {"/login", "{\"token\":\"" TOKEN "\"}"},
    {"/userinfo", "{\"secret\":\"" TOKEN "\"}"},
    {"/login", "{\"password\":\"" TOKEN "\"}"},
    {NULL, "{\"secret\":\"" TOKEN "\"}"},
};

START_TEST(secrets_are_learned)
{
    const struct kit_key key = test_key();
    struct kit_box box = {.len = 0};

    begin();
    kit_trace_shown("alice", TOKEN); /* nothing is known yet */
    ck_assert(file_has(TOKEN));
    kit_trace_close();
    ck_assert_int_eq(unlink(path), 0);

    begin();
    if (sources[_i].path != NULL)
        trace_message(sources[_i].path, 200, sources[_i].line);
    else
        kit_trace_box("opened", &key, &box, "senderinfo>bob", sources[_i].line,
                      strlen(sources[_i].line));
    kit_trace_shown("alice", TOKEN);
    ck_assert_ptr_nonnull(event(2));
    ck_assert(!file_has(TOKEN));
}
END_TEST

/* --- Lines ---------------------------------------------------------------- */

/* Writes CODE as RFC 3629 section 3 defines it, with a terminating zero. */
static void encode(char out[5], uint32_t code)
{
    static const uint32_t ends[] = {0x80, 0x800, 0x10000, 0x110000};
    static const int lead[] = {0x00, 0xc0, 0xe0, 0xf0};
    int more = 0; /* bytes after the first */

    while (code >= ends[more])
        more++;
    memset(out, 0, 5);
    for (int i = more; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(lead[more] | (int)code);
}

/* A line is ASCII, can be copied into a page, and means what was traced. */
static void check_step(const char *line, const char *step)
{
    cJSON *json = kit_json_object(line, strlen(line));

    for (const char *p = line; *p != '\0'; p++)
        ck_assert(*p >= 0x20 && *p <= 0x7e && strchr("<>&'", *p) == NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(kit_json_string(json, "step"), step);
    kit_json_free(json);
}

static const uint32_t codes[] = {
    0x01,   0x1f,   0x20,   0x22,   0x26,    0x27,    0x2f,    0x3c,
    0x3e,   0x5c,   0x7e,   0x7f,   0x80,    0xff,    0x7ff,   0x800,
    0x202e, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f511, 0xe0001, 0x10ffff};

START_TEST(characters)
{
    char step[5];

    encode(step, codes[_i]);
    begin();
    kit_trace_refused(step);
    check_step(event(1), step);
}
END_TEST

START_TEST(all_of_ascii)
{
    char step[128];

    for (int i = 0; i < 127; i++)
        step[i] = (char)(i + 1);
    step[127] = '\0';
    begin();
    kit_trace_refused(step);
    check_step(event(1), step);
}
END_TEST

/* A text may contain U+0000. */
START_TEST(zero)
{
    const struct kit_key key = test_key();
    struct kit_box box = {.len = 0};

    begin();
    ck_assert_int_eq(kit_box_seal(&box, &key, "ad", "a\0b", 3), 0);
    ck_assert(file_has("\"text\":\"a\\u0000b\"}"));
}
END_TEST

/* The longest answer, of characters that become six, is not cut. */
START_TEST(longest)
{
    static char line[KIT_REPLY_MAX + 1];
    const char *text;

    memset(line, '<', KIT_REPLY_MAX);
    memcpy(line, "{\"a\":\"", 6);
    memcpy(line + KIT_REPLY_MAX - 2, "\"}", 2);
    begin_with(true);
    trace_message("/login", 200, line);
    text = event(1);
    ck_assert_uint_gt(strlen(text), 2 * 6 * (KIT_REPLY_MAX - 8));
    ck_assert_str_eq(text + strlen(text) - 9, "\\u003c\"}}");
}
END_TEST

/* --- Standard error ------------------------------------------------------- */

static void begin_verbose(void)
{
    const struct kit_trace_options options = {.verbose = true};

    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_OK);
    ck_assert(kit_trace_on);
}

/* The same events as text. Control characters are shown as lib/show.h does. */
START_TEST(verbose)
{
    const struct kit_key key = test_key();

    begin_verbose();
    trace_message("/login", 0, "{\"username\":\"alice\",\"password\":\"p\"}");
    trace_message(NULL, 0, "no json \033[2J <\"\\>");
    kit_trace_derived(&key, "secret", "message");
    kit_trace_refused("re\nplay");
    ck_assert_str_eq(
        captured(),
        "[1] sent message=1 peer=\"x\" path=\"/login\" "
        "fields={\"username\":\"alice\",\"password\":(1 bytes hidden)}\n"
        "[2] sent message=5 peer=\"x\" line=\"no json \\x1b[2J <\\\"\\\\>\"\n"
        "[3] derived label=\"message\" input=(6 bytes hidden) "
        "key_id=\"e42f44e8\"\n"
        "[4] refused step=\"re\\x0aplay\"\n");
}
END_TEST

START_TEST(verbose_and_a_file)
{
    const struct kit_trace_options options = {.file = path, .verbose = true};

    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_OK);
    kit_trace_shown("alice", "<hello>");
    expect(1, "\"event\":\"shown\",\"text\":\"alice: \\u003chello\\u003e\"}");
    ck_assert_str_eq(captured(), "[1] shown text=\"alice: <hello>\"\n");
}
END_TEST

/* What happened is in colour on a terminal, unless NO_COLOR is set. */
static const struct {
    const char *no_color, *event, *printed;
} colours[] = {
    {"", "not_opened", "[1] \033[31mnot_opened\033[0m key_id="},
    {"", "opened", "[1] \033[32mopened\033[0m key_id="},
    {"1", "opened", "[1] opened key_id="},
};

START_TEST(colour)
{
    struct terminal terminal = terminal_open();
    const struct kit_key key = test_key();
    const struct kit_box box = {.len = KIT_TAG_LEN};
    const char *screen;

    setenv("NO_COLOR", colours[_i].no_color, 1);
    ck_assert_int_eq(dup2(terminal.program, STDERR_FILENO), STDERR_FILENO);
    begin_verbose();
    kit_trace_box(colours[_i].event, &key, &box, "ad", NULL, 0);
    screen = terminal_wait(&terminal, "\n");
    ck_assert_uint_eq(
        strncmp(screen, colours[_i].printed, strlen(colours[_i].printed)), 0);
}
END_TEST

START_TEST(colour_of_messages)
{
    struct terminal terminal = terminal_open();

    unsetenv("NO_COLOR");
    ck_assert_int_eq(dup2(terminal.program, STDERR_FILENO), STDERR_FILENO);
    begin_verbose();
    trace_message(NULL, 0, "x");
    ck_assert_str_eq(terminal_wait(&terminal, "\n"),
                     "[1] \033[36msent\033[0m message=5 peer=\"x\" "
                     "line=\"x\"\r\n");
}
END_TEST

/* --- In a program --------------------------------------------------------- */

/* kit_refused and kit_show_message trace what they print. */
START_TEST(what_is_printed)
{
    begin();
    ck_assert_int_eq(kit_refused("replay"), -1);
    expect(1, "\"event\":\"refused\",\"step\":\"replay\"}");
    capture(STDOUT_FILENO);
    kit_show_message("alice", "a\nb", 3);
    ck_assert_str_eq(captured(), "alice: a\\x0ab\n");
    expect(2, "\"event\":\"shown\",\"text\":\"alice: a\\\\x0ab\"}");
}
END_TEST

/* A caller's errno survives. */
START_TEST(errno_is_kept)
{
    begin();
    errno = EDOM;
    trace_message(NULL, 0, "x");
    ck_assert_int_eq(errno, EDOM);
}
END_TEST

/* A full disk ends the trace, but not the program. */
START_TEST(writing_fails)
{
    begin();
    kit_trace_refused("one");
    fault_order("write", 1, ENOSPC);
    kit_trace_refused("two");
    ck_assert(fault_cancel());
    kit_trace_refused("three");
    captured_one_line("cannot write the trace");
    ck_assert_ptr_nonnull(event(1));
    ck_assert_ptr_null(event(2));
}
END_TEST

enum { THREADS = 4, EVENTS = 250 };

static void *trace_events(void *context)
{
    for (int i = 0; i < EVENTS; i++)
        kit_trace_refused("a word");
    return NULL;
}

/* Lines of several threads are whole, and in the order of n and us. */
START_TEST(many_threads)
{
    struct threads threads;
    const char *line;
    long long n = 0, us, last = 0;

    begin();
    threads_begin(&threads, THREADS, trace_events, NULL, 0);
    threads_end(&threads);
    line = file_read(path, NULL);
    for (; *line != '\0'; line += strcspn(line, "\n") + 1) {
        cJSON *json = kit_json_object(line, strcspn(line, "\n"));
        long long number;

        n++;
        ck_assert_int_eq(kit_json_integer(&number, json, "n", n, n), 0);
        ck_assert_int_eq(kit_json_integer(&us, json, "us", last, INT64_MAX), 0);
        last = us;
        kit_json_free(json);
    }
    ck_assert_int_eq(n, (long long)THREADS * EVENTS);
}
END_TEST

/* The words between "event": and the next member, of all events. */
static const char *words(void)
{
    static char out[1024];
    const char *at = file_read(path, NULL);

    out[0] = '\0';
    while ((at = strstr(at, "\"event\":\"")) != NULL) {
        size_t used = strlen(out);

        at += strlen("\"event\":\"");
        snprintf(out + used, sizeof out - used, "%.*s ", (int)strcspn(at, "\""),
                 at);
    }
    return out;
}

/* The server traces a refusal and its answer; the client's name if it has one.
 */
START_TEST(server)
{
    embedded_serve();
    begin();
    ck_assert_int_eq(
        embedded_finish(embedded_post("/login", "{\"username\":\"alice\"}")),
        400);
    ck_assert_int_eq(embedded_finish(embedded_post("/", "{}")), 404);
    ck_assert_int_eq(embedded_finish(embedded_post("/userinfo", "[]")), 400);
    embedded_unserve();
    ck_assert_str_eq(words(), "received refused sent refused received refused "
                              "sent ");
    expect(1, "\"event\":\"received\",\"message\":1,\"peer\":\"alice\","
              "\"path\":\"/login\",\"line\":\"{\\\"username\\\":\\\"alice\\\"}"
              "\",\"fields\":{\"username\":\"alice\"}}");
    expect(4, "\"event\":\"refused\",\"step\":\"no_path\"}");
    expect(5, "\"event\":\"received\",\"message\":3,\"peer\":\"127.0.0.1\","
              "\"path\":\"/userinfo\",\"line\":{\"hidden\":2}}");
    expect(7, "\"event\":\"sent\",\"message\":4,\"peer\":\"127.0.0.1\","
              "\"path\":\"/userinfo\",\"status\":400,"
              "\"line\":\"{\\\"error\\\":\\\"bad_request\\\"}\","
              "\"fields\":{\"error\":\"bad_request\"}}");
}
END_TEST

TEST_SUITE(trace, 60, setup, teardown)
{
    tcase_add_tests(tcase, off_by_default, a_new_file, never_an_old_file,
                    never_a_link, no_such_folder, keys_need_a_file,
                    keys_print_a_warning, another_path, derived,
                    derived_with_keys, derive, boxes, odd_texts,
                    secrets_elsewhere, all_of_ascii, zero, longest, verbose,
                    verbose_and_a_file, colour_of_messages, what_is_printed,
                    errno_is_kept, many_threads, server);
    tcase_add_rows(tcase, message, messages);
    tcase_add_rows(tcase, odd_box, odd_boxes);
    tcase_add_rows(tcase, ticket, tickets);
    tcase_add_rows(tcase, secrets_are_learned, sources);
    tcase_add_rows(tcase, characters, codes);
    tcase_add_rows(tcase, colour, colours);
    if (faults_possible("trace"))
        tcase_add_test(tcase, writing_fails);
}
