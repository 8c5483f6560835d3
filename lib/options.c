/* SPDX-License-Identifier: MIT */
/*
 * A small command-line parser. getopt_long is not the same on all systems: some
 * accept options after operands, others do not, and all accept abbreviated
 * options. This parser does the same everywhere.
 */
#include "lib/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/program.h"
#include "lib/say.h"
#include "lib/selftest.h"
#include "lib/streams.h"

/* The options that every command has. */
static const struct kit_option common[] = {
    {.name = "help", .help = "print this and exit"},
    {.name = "version", .help = "print the version and exit"},
    {.name = NULL},
};

/* The name of the command, for error messages. */
static const char *command_name = "";

/* Prints WHAT is wrong with WORD and exits. */
static _Noreturn void usage_error(const char *what, const char *word)
{
    kit_error("%s%s; try: %s --help", what, word,
              kit_program_command(command_name));
    exit(EX_USAGE);
}

/* The length of "NAME VALUE", the left column of --help. */
static int width_of(const struct kit_option *option)
{
    size_t value = option->value == NULL ? 0 : 1 + strlen(option->value);

    return (int)(strlen(option->name) + value);
}

static int widest(const struct kit_option *options, int width)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (width_of(options) > width)
            width = width_of(options);
    }
    return width;
}

static void print_options(const struct kit_option *options, int width)
{
    for (; options != NULL && options->name != NULL; options++) {
        bool has_value = options->value != NULL;

        printf("  --%s%s%s%*s  %s\n", options->name, has_value ? " " : "",
               has_value ? options->value : "", width - width_of(options), "",
               options->help);
    }
}

static void print_help(const struct kit_command *command)
{
    int width = widest(command->options, widest(common, 0));

    printf("usage: %s [OPTION]...%s%s\n\n%s\n\n", command->name,
           command->operands[0] == '\0' ? "" : " ", command->operands,
           command->about);
    print_options(command->options, width);
    print_options(common, width);
}

/* Does what OPTION, --help or --version, asks for, and exits. */
static _Noreturn void print_and_exit(const struct kit_command *command,
                                     const struct kit_option *option)
{
    if (strcmp(option->name, "help") == 0)
        print_help(command);
    else
        printf("%s %s (%s)\n", command->name, KIT_VERSION, kit_crypto_name());
    exit(fflush(stdout) == 0 ? EX_OK : EX_IOERR);
}

/* Returns the option of TABLE named NAME (LEN characters), or NULL. */
static const struct kit_option *find(const struct kit_option *table,
                                     const char *name, size_t len)
{
    for (; table != NULL && table->name != NULL; table++) {
        if (strlen(table->name) == len && memcmp(table->name, name, len) == 0)
            return table;
    }
    return NULL;
}

/*
 * Parses the option in WORDS[0], which begins with "-". Its value may be in
 * WORDS[1]. Returns the number of words that belong to it.
 */
static int read_option(char **words, const struct kit_command *command)
{
    const char *name = words[0] + (words[0][1] == '-' ? 2 : 1);
    size_t len = strcspn(name, "=");
    const char *value = name[len] == '=' ? name + len + 1 : NULL;
    const struct kit_option *option = find(command->options, name, len);
    const struct kit_option *asked = find(common, name, len);
    bool known = words[0][1] == '-' && (option != NULL || asked != NULL);

    if (!known)
        usage_error("there is no option ", words[0]);
    if ((option == NULL || option->value == NULL) && value != NULL)
        usage_error("this option does not accept a value: ", words[0]);
    if (option == NULL)
        print_and_exit(command, asked);
    if (option->value == NULL) {
        *option->flag = true;
        return 1;
    }
    if (value == NULL && words[1] == NULL)
        usage_error("a value is missing after ", words[0]);
    *option->text = value != NULL ? value : words[1];
    return value != NULL ? 1 : 2;
}

/* Moves ARGV[FROM] to ARGV[TO], before the words between them. */
static void move(char **argv, int to, int from)
{
    char *word = argv[from];

    memmove(argv + to + 1, argv + to, (size_t)(from - to) * sizeof *argv);
    argv[to] = word;
}

/*
 * Exits if an algorithm of the backend does not work. Without this check, a
 * step would fail later, and look like one that is not written yet.
 */
static void require_crypto(void)
{
    const char *broken = kit_selftest();

    if (broken == NULL)
        return;
    kit_error("%s has no working %s on this machine (FIPS mode?): choose "
              "another library with make CRYPTO=NAME%s",
              kit_crypto_name(), broken,
              getenv("OPENSSL_CONF") != NULL ? ", or type: unset OPENSSL_CONF"
                                             : "");
    exit(EX_UNAVAILABLE);
}

int kit_options(int argc, char **argv, const struct kit_command *command)
{
    int first = 1; /* the first operand; all options are moved before it */
    bool only_operands = false;

    kit_streams_open();
    kit_program_called(argv[0]);
    command_name = command->name;
    kit_say_as(command->name);
    for (int i = 1; i < argc;) {
        int words = 1;

        /* "-" alone is an operand, and so is everything after "--". */
        if (only_operands || argv[i][0] != '-' || argv[i][1] == '\0') {
            i++;
            continue;
        }
        if (strcmp(argv[i], "--") == 0)
            only_operands = true;
        else
            words = read_option(argv + i, command);
        for (; words > 0; words--)
            move(argv, first++, i++);
    }
    if (argc - first < command->min)
        usage_error("an operand is missing: ", command->operands);
    if (argc - first > command->max)
        usage_error("there is one operand too many: ",
                    argv[first + command->max]);
    require_crypto();
    return first;
}

long kit_option_number(const char *name, const char *text, long min, long max,
                       long fallback)
{
    long number;

    if (text == NULL)
        return fallback;
    errno = 0;
    number = strtol(text, NULL, 10);
    /* strtol alone would also accept "-1", " 1" and "1x". */
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0' ||
        errno != 0 || number < min || number > max) {
        kit_error("--%s needs a number from %ld to %ld, not \"%s\"; "
                  "try: %s --help",
                  name, min, max, text, kit_program_command(command_name));
        exit(EX_USAGE);
    }
    return number;
}
