/* SPDX-License-Identifier: MIT */
/*
 * A submission can put any bytes into its object file with assembler
 * directives. So every offset and every length is checked. See elf(5).
 */
#include "tests/grade/object.h"

#include <stdio.h>

#ifdef __linux__

#include <elf.h>
#include <fcntl.h>
#include <link.h> /* ElfW */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file in memory. */
struct object {
    const char *bytes;
    size_t len;
    const ElfW(Shdr) * sections;
    size_t count;
};

/* COUNT elements of SIZE bytes at OFFSET; NULL if they are not in the file. */
static const void *at(const struct object *o, uint64_t offset, uint64_t count,
                      uint64_t size)
{
    if (offset > o->len || offset % 4 != 0 ||
        count > (o->len - offset) / (size > 0 ? size : 1))
        return NULL;
    return o->bytes + offset;
}

/* The string at OFFSET in the string table SECTION, or NULL. */
static const char *string(const struct object *o, uint64_t section,
                          uint64_t offset)
{
    const ElfW(Shdr) * table;

    if (section >= o->count)
        return NULL;
    table = &o->sections[section];
    if (table->sh_offset > o->len ||
        table->sh_size > o->len - table->sh_offset ||
        offset >= table->sh_size ||
        memchr(o->bytes + table->sh_offset + offset, '\0',
               table->sh_size - offset) == NULL)
        return NULL;
    return o->bytes + table->sh_offset + offset;
}

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_foreign_section(const char *name)
{
    return begins_with(name, ".gnu.lto_") ||
           begins_with(name, ".gnu.debuglto_") ||
           begins_with(name, ".llvm.lto") || begins_with(name, ".llvmbc") ||
           begins_with(name, ".llvmcmd") || begins_with(name, ".deplibs");
}

static bool is_foreign_symbol(const char *name)
{
    static const char *const prefixes[] = {"__asan_", "__lsan_", "__ubsan_",
                                           "__sanitizer_"};

    for (int i = 0; i < 4; i++) {
        if (begins_with(name, prefixes[i]))
            return true;
    }
    return false;
}

/*
 * Whether NAME makes a sanitizer report less. Compilers insert no calls of such
 * functions. The exception is clang, with __asan_set_shadow_f8 and the like.
 */
static bool is_switch(const char *name)
{
    return begins_with(name, "__lsan_") ||
           (begins_with(name, "__asan_set_") &&
            !begins_with(name, "__asan_set_shadow_")) ||
           begins_with(name, "__sanitizer_set_");
}

/* Sets WHAT to NAME, if FOREIGN. Returns FOREIGN. */
static bool set(char what[OBJECT_NAME], const char *name, bool foreign)
{
    if (foreign)
        snprintf(what, OBJECT_NAME, "%s", name);
    return foreign;
}

/*
 * Whether section I, a symbol table, defines a symbol of a sanitizer, or uses
 * one that makes it report less. Those that a compiler defines are local.
 */
static bool has_foreign_symbol(char what[OBJECT_NAME], const struct object *o,
                               size_t i)
{
    const ElfW(Shdr) *table = &o->sections[i];
    size_t count = table->sh_size / sizeof(ElfW(Sym));
    const ElfW(Sym) *symbols = at(o, table->sh_offset, count, sizeof *symbols);

    if (symbols == NULL)
        return set(what, "", true);
    for (size_t k = 0; k < count; k++) {
        const char *name = string(o, table->sh_link, symbols[k].st_name);
        bool local = ELF64_ST_BIND(symbols[k].st_info) == STB_LOCAL;

        if (name == NULL)
            return set(what, "", true);
        if (!local &&
            set(what, name,
                symbols[k].st_shndx == SHN_UNDEF ? is_switch(name)
                                                 : is_foreign_symbol(name)))
            return true;
    }
    return false;
}

/* Reads the header. Returns whether it is that of an object file. */
static bool read_header(struct object *o)
{
    const ElfW(Ehdr) *header = at(o, 0, 1, sizeof *header);

    if (header == NULL || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_type != ET_REL || header->e_shentsize != sizeof(ElfW(Shdr)))
        return false;
    o->sections = at(o, header->e_shoff, 1, sizeof(ElfW(Shdr)));
    if (o->sections == NULL)
        return false;
    /* With 65,280 sections or more, the first one has their number. */
    o->count = header->e_shnum != 0 ? header->e_shnum : o->sections->sh_size;
    return at(o, header->e_shoff, o->count, sizeof(ElfW(Shdr))) != NULL;
}

static bool is_foreign(char what[OBJECT_NAME], struct object *o)
{
    const ElfW(Ehdr) *header = (const void *)o->bytes;

    if (!read_header(o))
        return set(what, "", true);
    for (size_t i = 0; i < o->count; i++) {
        uint64_t names = header->e_shstrndx != SHN_XINDEX
                             ? header->e_shstrndx
                             : o->sections->sh_link;
        const char *name = string(o, names, o->sections[i].sh_name);

        if (name == NULL)
            return set(what, "", true);
        if (set(what, name, is_foreign_section(name)) ||
            (o->sections[i].sh_type == SHT_SYMTAB &&
             has_foreign_symbol(what, o, i)))
            return true;
    }
    return false;
}

bool object_has_foreign(char what[OBJECT_NAME], const char *path)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct object o = {.bytes = MAP_FAILED};
    struct stat st;
    bool foreign;

    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
        st.st_size > 0) {
        o.len = (size_t)st.st_size;
        o.bytes = mmap(NULL, o.len, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    if (fd >= 0)
        close(fd);
    if (o.bytes == MAP_FAILED)
        return set(what, "", true);
    foreign = is_foreign(what, &o);
    munmap((void *)o.bytes, o.len);
    return foreign;
}

#else

bool object_has_foreign(char what[OBJECT_NAME], const char *path)
{
    (void)what;
    (void)path;
    return false;
}

#endif
