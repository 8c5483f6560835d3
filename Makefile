# SPDX-License-Identifier: MIT
# The chat lab. `make help` lists what you can type. Targets for those who change
# the kit are in tests/maintainer.mk, which is not in the student archive.

# --- What to build -----------------------------------------------------------

# The backend: libsodium, openssl or wolfssl.
CRYPTO     ?= libsodium
# The folder of the sender and receiver to run or to grade.
SUBMISSION ?= starter
# The server that sender and receiver log in to.
SERVER     ?= http://127.0.0.1:8080
# The names and addresses that make certs puts into the certificate.
HOSTS      ?= 127.0.0.1 localhost
# Checks and groups of checks to run, like M5-03,A. Empty: all.
ONLY       ?=
# Not empty: draw what the programs did in each check that failed, or in ONLY.
TRACE      ?=
# The format of the report: text, json, markdown or junit.
FORMAT     ?= text
# A file for the report in that format. Empty: none.
REPORT     ?=
# What the score is: attempt (100 if sender.c or receiver.c was changed, 0 if
# not) or checks (the points of those that pass).
GRADING    ?= attempt
# What confines a submission's code: bubblewrap, setpriv or none. Empty: the best
# one that works here, but none for starter/ and solution/.
SANDBOX    ?=

# These values are data: a folder can be called $(shell reboot) or ';reboot;'.
# So make must not expand them, and recipes read them from the environment, in
# quotes: "$$ME", not $(ME). This comes before the first $(shell): make 4.4
# expands exported values there.
DATA := CRYPTO SUBMISSION SUBMISSIONS SERVER HOSTS ONLY FORMAT REPORT GRADING \
        SANDBOX TRACE \
        ME TO ARGS V SAN JOBS KIT_ONLY TIMES CHECKS FUZZ MUTANTS STEADY ATTACKS MINUTES N T \
        ROUNDS OLD SYSTEM PLACE PLATFORM HIDDEN GRADEBOOK COLUMN MACHINES IMAGE COMPILERS ZIG
$(foreach v,$(DATA),$(if $(filter command environment,$(firstword \
  $(origin $(v)))),$(eval override $(v) := $$(value $(v)))$(eval export $(v))))
# In a Turkish locale [A-Za-z] does not match "i": tools run in the C locale.
# doctor checks the one that the user has.
LOCALE := $(or $(value LC_ALL),$(value LC_CTYPE),$(value LANG))
export LC_ALL := C
export SUBMISSION SUBMISSIONS SERVER HOSTS ONLY FORMAT REPORT GRADING SANDBOX ME TO ARGS

# A value can be part of the name of a target if it is one word without
# characters that mean something to make or the shell. $(call plain,VALUE) is
# VALUE then, and nothing otherwise.
special  := ' " ` \ ; & | < > ( ) * ? [ ] { } % : = ! ~ \# $$
unsafe    = $(strip $(foreach c,$(special),$(findstring $(c),$(1))))
several   = $(filter-out 1,$(words x$(1)x))
plain     = $(if $(or $(call several,$(1)),$(call unsafe,$(1))),,$(1))
must_be_plain = $(if $(call plain,$($(1))),,$(error \
  $(1)=$($(1)): use letters, digits, commas and dashes only))
$(foreach v,SAN JOBS,$(if $($(v)),$(call must_be_plain,$(v))))

# The backends that the tests and make deps always use. Any other file in
# backends/ is optional: only CRYPTO=NAME needs its library.
BACKENDS := libsodium openssl
choices  := $(patsubst backends/%.c,%,$(wildcard backends/*.c))
chosen   := $(filter $(choices),$(call plain,$(CRYPTO)))
ifeq ($(choices),)
$(error this is not the folder of the kit: name it with make -C FOLDER)
endif
ifeq ($(or $(chosen),$(filter doctor,$(MAKECMDGOALS))),)
$(error CRYPTO=$(CRYPTO): there is no backends/$(CRYPTO).c. Choose one of: \
  $(choices))
endif
# doctor reports a wrong backend itself: the rest of this file needs a right one.
export ASKED := $(CRYPTO)
override CRYPTO := $(or $(chosen),libsodium)

SUFFIX   := $(if $(SAN),-$(SAN:1=san))
# B has the programs, and what depends on the backend. O has the objects of all
# other files: they are the same for every backend.
B        := build/$(CRYPTO)$(SUFFIX)
O        := build/objects$(SUFFIX)
JOBS     := $(or $(JOBS),$(shell \
              getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2))
# Whether make was called with -j. MFLAGS, unlike MAKEFLAGS, has no variables:
# the j in ME=jane is not an option.
jobs_set  = $(or $(filter -j% --jobserver%,$(MFLAGS)),$(findstring \
              j,$(filter-out --%,$(firstword $(MFLAGS)))))
AGAIN     = $(MAKE) --no-print-directory $(if $(jobs_set),,-j$(JOBS))

# A program that talks to the user must show its output while it runs. With -O,
# make would keep it back until the program ends.
ifneq ($(filter output-sync,$(.FEATURES)),)
ifneq ($(filter demo eve server wall receiver sender,$(MAKECMDGOALS)),)
MAKEFLAGS += --output-sync=none
endif
endif

# These programs print the reason when they fail, and make should add nothing to
# it. So their recipes begin with a dash, and --silent suppresses the message
# "Error 64 (ignored)" that make would print then.
ifneq ($(filter server wall receiver sender,$(MAKECMDGOALS)),)
MAKEFLAGS += $(if $(V),,--silent)
endif

# Settings of the user's that change what programs print, read or write.
unexport CDPATH ENV BASH_ENV GREP_OPTIONS GREP_COLOR TAR_OPTIONS GZIP
unexport POSIXLY_CORRECT CLICOLOR_FORCE DEBUGINFOD_URLS
unexport GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

# V=1 shows every command. Each rule that compiles, links or writes a page begins
# with $(say), which makes the folder of $@, fails with advice if $@ cannot be
# written, and prints one line of progress. $(generate) does the same for small
# files, without that line.
Q   := $(if $(V),,@)
say  = @sh tests/tools/writable.sh '$@' && printf '  %-5s %s\n'

# --- Compiler and libraries --------------------------------------------------

# What the sender and the receiver need, what the server needs as well, and what
# the tests and the grader need as well.
CLIENT_PKGS := $(CRYPTO) libcjson libcurl
SERVER_PKGS := $(CLIENT_PKGS) libmicrohttpd sqlite3
TEST_PKGS   := $(sort $(BACKENDS) $(SERVER_PKGS) check)
TOOLS       := cc ar pkg-config
OS          := $(shell uname -s)

# Homebrew keeps OpenSSL where pkg-config does not look. Old versions of make do
# not export variables to $(shell), so $(pkg) sets PKG_CONFIG_PATH itself.
keg   := opt/openssl@3/lib/pkgconfig
export PKG_CONFIG_PATH := \
  $(PKG_CONFIG_PATH:%=%:)/opt/homebrew/$(keg):/usr/local/$(keg)
pkg   = $(shell PKG_CONFIG_PATH='$(subst ','\'',$(PKG_CONFIG_PATH))' \
          pkg-config $(1) 2>/dev/null)

# C11, and times and sizes of files in 64 bits where a long has 32.
DIALECT  := -std=c11 -D_DEFAULT_SOURCE -D_DARWIN_C_SOURCE \
            -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
CFLAGS   ?= -O2 -g
# make -R does not define CC, and the environment may have an empty one.
ifeq ($(strip $(CC)),)
override CC := cc
endif
WARNINGS := -Wall -Wextra -Wno-unused-parameter \
            -Werror=incompatible-pointer-types \
            $(if $(WERROR),-Werror -Wshadow -Wmissing-prototypes \
              -Wstrict-prototypes)
HARDEN   := -fstack-protector-strong -fPIE
# With --as-needed, a program loads only the libraries that it calls. The server
# does not call libcurl, which loads 20 more.
HARDEN_LD = $(if $(filter Linux,$(OS)),-pie -Wl$(comma)-z$(comma)relro \
              -Wl$(comma)--as-needed,-Wl$(comma)-pie)
comma    := ,
# SAN=1: bad addresses and undefined behaviour; SAN=thread: races.
ifdef SAN
sanitize := -fsanitize=$(if $(filter 1,$(SAN)),address$(comma)undefined,$(SAN))
HARDEN   += $(sanitize) -fno-sanitize-recover=undefined \
            -fno-omit-frame-pointer
HARDEN_LD += $(sanitize)
else
# Without optimization, glibc's headers warn about _FORTIFY_SOURCE.
HARDEN   += -U_FORTIFY_SOURCE $(if $(filter-out -O0,$(lastword \
              $(filter -O%,$(CFLAGS)))),-D_FORTIFY_SOURCE=2)
HARDEN_LD += $(if $(filter Linux,$(OS)),-Wl$(comma)-z$(comma)now)
endif

# Ask for one package at a time: if one of several is missing, pkg-config prints
# nothing for all of them, but the sender must build without Check and without
# the server's libraries.
pkg_cflags := $(strip $(foreach p,$(sort $(choices) $(TEST_PKGS)), \
                $(call pkg,--cflags $(p))))
COMPILE     = $(CC) $(DIALECT) -I. -I$(O) $(WARNINGS) $(CPPFLAGS) $(CFLAGS) \
              $(HARDEN) $(pkg_cflags) -DOPENSSL_NO_DEPRECATED
LINK        = $(CC) $(HARDEN_LD) $(CFLAGS) $(LDFLAGS)

client_libs := $(call pkg,--libs $(CLIENT_PKGS)) -pthread
server_libs := $(call pkg,--libs $(SERVER_PKGS)) -pthread
test_libs   := $(call pkg,--libs $(TEST_PKGS)) -pthread

# --- The files ---------------------------------------------------------------

object   = $(patsubst %.c,$(O)/%.o,$(1))
lib_o   := $(call object,$(wildcard lib/*.c)) $(B)/backends/$(CRYPTO).o
# The server and the tests link an archive, so that they have only what they use.
# Students' programs link the objects, as the grader does.
lib_a   := $(B)/lib.a
server_o := $(call object,$(wildcard server/*/*.c))
grade_c := $(filter-out %/selftest.c %/confine.c,$(wildcard tests/grade/*.c)) \
           $(patsubst %,tests/support/%.c,forgery http_server stopwatch tcp)

# The folder of the sender and receiver to run; nothing if there is no sender.c
# in SUBMISSION, or if make cannot build in a folder of this name. Programs go to
# $(B)/FOLDER, so ../g1 becomes an absolute path: otherwise they would land
# outside $(B), where all backends would share them.
folder   := $(call plain,$(SUBMISSION))
folder   := $(call plain,$(if $(findstring ..,$(folder)),$(abspath \
              $(folder)),$(folder)))
chosen_folder  := $(patsubst %/sender.c,%,$(wildcard $(folder:%/=%)/sender.c))
client_folders := $(sort $(patsubst %/sender.c,%,$(wildcard starter/sender.c \
                    solution/sender.c)) $(chosen_folder))
clients  := $(foreach f,$(client_folders),$(B)/$(f)/sender $(B)/$(f)/receiver)
programs := $(B)/chat-server $(clients)

# --- For everyone ------------------------------------------------------------

.PHONY: all help programs
all: programs ## build the server, the senders and the receivers
	@echo
	@echo "Built for $(CRYPTO) in $(B)/. Next, in three terminals:"
	@echo "    make server"
	@echo "    make receiver ME=bob"
	@echo "    make sender ME=alice TO=bob"

help: ## print this list
	@echo "make [CRYPTO=libsodium|openssl|wolfssl] [V=1] [SAN=1|thread] TARGET"
	@echo "V=1 shows more. SAN builds with sanitizers: 1 for memory errors and"
	@echo "undefined behaviour, thread for data races."
	@echo
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' \
	    $(wildcard Makefile tests/maintainer.mk)

programs: $(programs)

.PHONY: demo eve eve-relay trace trace-tools server wall receiver sender certs need-ME need-TO need-folder
demo: deps-demo ## build everything, then send a message as Alice to Bob
	+@$(AGAIN) programs
	@sh tests/tools/demo.sh $(B) $(or $(filter solution,$(client_folders)),starter)

eve: deps-demo ## show what an eavesdropper sees, without TLS and with it
	+@$(AGAIN) programs eve-relay
	@sh tests/tools/eve/eve.sh $(B) $(or $(filter solution,$(client_folders)),starter)

eve-relay: $(B)/tests/tools/eve/relay

trace: deps-demo need-folder ## draw what your programs do: build/trace/flow.html
	+@$(AGAIN) programs trace-tools
	@sh tests/tools/trace/trace.sh $(B) $(chosen_folder) build/trace/flow.html

trace_tools := $(addprefix $(B)/tests/tools/trace/,mallory recompute)
trace-tools: $(trace_tools)
	@:

# ARGS is several words. With set -f the shell splits it at spaces, but does not
# expand patterns in it.
server: $(B)/chat-server ## run a server with four accounts, and print their passwords
	-@set -f; exec $(B)/chat-server --demo $$ARGS

wall: $(B)/chat-server ## run the same server, with a page for the projector
	-@set -f; exec $(B)/chat-server --demo --wall 8081 $$ARGS

receiver: need-ME need-folder $(chosen_folder:%=$(B)/%/receiver) ## wait for messages and show them: ME=bob ARGS="--port 4445"
	-@set -f; exec $(B)/$(chosen_folder)/receiver --server "$$SERVER" --user "$$ME" $$ARGS

sender: need-ME need-TO need-folder $(chosen_folder:%=$(B)/%/sender) ## send what you type: ME=alice TO=bob
	-@set -f; exec $(B)/$(chosen_folder)/sender --server "$$SERVER" --user "$$ME" $$ARGS "$$TO"

need-ME need-TO: need-%:
	@test -n "$$$*" || { echo "$* is missing: type for example" \
	    "make receiver ME=bob, or make sender ME=alice TO=bob" >&2; exit 64; }

need-folder:
	@test -n '$(chosen_folder)' || { \
	    if [ -f "$$SUBMISSION/sender.c" ]; then \
	        set -- "cannot build in a folder of this name" \
	            "use letters, digits, dots and dashes only"; \
	    else \
	        set -- "there is no sender.c in this folder" "choose another"; \
	    fi; \
	    printf 'SUBMISSION=%s: %s: %s\n' "$$SUBMISSION" "$$@" >&2; exit 64; }

certs: ## make a CA and a server certificate: HOSTS="192.168.1.5 lab"
	@set -f; BUILD=$(B) sh server/certs.sh $$HOSTS

# The grader computes the score; tests/grade/ladder.c has the points.
.PHONY: grade submit rubric
grade: grader $(if $(TRACE),trace-tools) ## grade starter/: ONLY=M5-03 V=1 TRACE=1 SUBMISSION=dir
	@$(if $(TRACE),sh tests/tools/trace/grade.sh $(B)) sh $(B)/grade.sh --submission "$$SUBMISSION" --grading "$$GRADING" \
	    --format "$$FORMAT" $${REPORT:+--report "$$REPORT"} \
	    $${ONLY:+--only "$$ONLY"} $(if $(V),--verbose)

submit: $(B)/grade ## pack your files into hand-in-LOGIN.tar.gz: see starter/GROUP
	@sh tests/tools/submit.sh $(B)/grade "$$SUBMISSION"

rubric: $(B)/grade ## list the checks, their points, and what each depends on
	@$(B)/grade --rubric

.PHONY: doctor deps deps-demo deps-sandbox clean
doctor: export CC := $(CC)
doctor: export LOCALE := $(LOCALE)
doctor: ## print what this machine lacks for the lab, and what to type
	@CRYPTO="$$ASKED" MAKE_VERSION='$(MAKE_VERSION)' \
	    sh tests/tools/doctor/doctor.sh $(TEST_PKGS)

deps-demo:
	@sh tests/tools/deps.sh $(TOOLS) $(SERVER_PKGS)

deps: ## install the packages that are missing
	@sh tests/tools/deps.sh $(TOOLS) $(TEST_PKGS)

deps-sandbox: ## install the sandbox, to grade other people's work
	@[ "$(OS)" != Linux ] || sh tests/tools/deps.sh bwrap

clean: ## remove everything that was built: build/
	$(Q)rm -rf build

# --- How it is built ---------------------------------------------------------

# The server contains the files of the wall, as arrays with names like wall_html.
# So it needs no files when it runs, and they always fit its version.
wall_files := $(addprefix handout/flow/,wall.html flow.css wall.css wall.js)
wall_inc   := $(O)/server/http/wall_files.inc
$(O)/server/http/wall.o: $(wall_inc)
$(wall_inc): $(wall_files)
	@$(call generate,for file in $(wall_files); do \
	    printf 'static const unsigned char %s[] = {\n' \
	        "$$(basename "$$file" | tr . _)" && od -An -v -tu1 "$$file" | \
	    sed 's/[0-9][0-9]*/&$(comma)/g' && echo '};' || exit; done)

$(lib_a): $(lib_o) $(B)/library
	$(say) ar $@
	$(Q)$(call archive,$(lib_o))

$(B)/chat-server: $(O)/server/main.o $(server_o) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(server_libs)

$(clients): $(B)/%: $(O)/%.o $(lib_o)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(client_libs)

$(B)/tests/tools/eve/relay $(trace_tools): $(B)/%: $(O)/%.o $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(client_libs)

# The grader, and the kit's objects that it links submissions with: for both
# backends, and with sanitizers if the compiler has them.
has      = $(shell echo 'int main(void) { return 0; }' | \
             $(CC) $(1) -x c - -o /dev/null 2>/dev/null && echo '$(1)')
# A sanitizer that links may still not start: starts.sh tries it.
starts   = $(shell exec 2>/dev/null; p=build/starts.$$$$; mkdir -p build; \
             trap 'rm -f "$$p"' EXIT; echo 'int main(void) { return 0; }' | \
             $(CC) $(1) -x c - -o "$$p" && sh tests/tools/starts.sh "$$p" && \
             echo '$(1)')
# Without sanitizers: make grade SANITIZE=
SANITIZE    = $(eval SANITIZE := $(call starts,-fsanitize=address$(comma)undefined))$(SANITIZE)
GRADE_LIBS  = $(call pkg,--libs openssl libcjson check) -pthread
grade_san   = $(SANITIZE)
# The linker need not load the libraries that libcurl itself depends on, which
# makes linking four times as fast.
grade_ld    = $(call has,-Wl$(comma)--allow-shlib-undefined)
grade_flags = -g -O1 $(call has,-fstack-protector-strong) \
              $(call has,-ftrivial-auto-var-init=pattern) \
              $(grade_san) -fno-sanitize-recover=undefined \
              -fno-omit-frame-pointer
kit_o       = $(patsubst %.c,build/objects$(2)/%.o,$(wildcard lib/*.c)) \
                build/$(1)$(2)/backends/$(1).o
kit_libs    = $(call pkg,--libs $(1) libcjson libcurl) -pthread
OTHER      := $(lastword $(CRYPTO) $(filter-out $(CRYPTO),$(BACKENDS)))

# The grader's settings, one word in each line: printf repeats its format for
# every word. The shell splits the commands here as if it ran them, so that the
# grader can run their words without a shell.
setting  = printf '$(1) %s\n' $(2)
grade_conf = $(call setting,crypto,$(CRYPTO)) && \
  $(call setting,other,$(OTHER)) && \
  $(call setting,server,$(B)/chat-server) && \
  $(call setting,shipped,tests/grade/shipped.txt) && \
  $(call setting,confine,$(B)/confine) && \
  $(call setting,compile,$(CC) $(DIALECT) \
    -Ikit -Wall -Wextra -Wno-unused-parameter $(grade_flags) $(pkg_cflags)) && \
  $(call setting,link,$(CC) $(grade_flags) $(grade_ld) $(LDFLAGS)) && \
  $(call setting,object,$(call kit_o,$(CRYPTO),$(if $(grade_san),-san))) && \
  $(call setting,other-object,$(call kit_o,$(OTHER),$(if $(grade_san),-san))) && \
  $(call setting,selftest,build/$(CRYPTO)$(if $(grade_san),-san)/selftest) && \
  $(call setting,other-selftest,build/$(OTHER)$(if $(grade_san),-san)/selftest) && \
  $(call setting,lib,$(call kit_libs,$(CRYPTO))) && \
  $(call setting,other-lib,$(call kit_libs,$(OTHER))) && echo end

.PHONY: grader kit-objects
grader: $(B)/grade $(B)/chat-server $(B)/grade.sh $(B)/grade.conf \
        $(if $(filter Linux,$(OS)),$(B)/confine)
	+@for c in $(CRYPTO) $(OTHER); do $(AGAIN) CRYPTO=$$c \
	    SAN=$(if $(grade_san),1) SUFFIX=$(if $(grade_san),-san) kit-objects || exit; done

# This also builds the selftest program: see tests/grade/selftest.c.
kit-objects: $(lib_o) $(B)/selftest
	@:

$(B)/selftest: $(call object,tests/grade/selftest.c) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(client_libs)

$(B)/grade.conf: always
	@$(call generate,$(grade_conf))

$(B)/grade.sh: tests/grade/grade.sh always
	@$(call generate,cat $<)

$(B)/confine: $(call object,tests/grade/confine.c tests/grade/exec_report.c)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^

$(B)/grade: $(call object,$(grade_c)) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(client_libs) $(GRADE_LIBS)

# Two makes, for two backends, may compile the same file at the same time. So an
# object gets its name when it is complete.
compile = $(COMPILE) -MMD -MP -MF $(@:.o=.d) -MT $@ -c -o $@.$$$$ $< && \
          mv -f $@.$$$$ $@
archive = rm -f $@.$$$$ && ar rcs $@.$$$$ $(1) && mv -f $@.$$$$ $@

$(O)/%.o: %.c $(O)/flags
	$(say) cc $<
	$(Q)$(compile)

# All programs that use the kit are linked again if this object is new.
$(B)/backends/$(CRYPTO).o: backends/$(CRYPTO).c $(O)/flags $(B)/library
	$(say) cc $<
	$(Q)$(compile)

# $(call generate,COMMANDS): writes the output of COMMANDS to $@ if it differs.
# Writes a temporary file first and renames it at the end: if the disk is full,
# the old $@ stays, and two makes that run at the same time do not mix their
# output.
generate = sh tests/tools/writable.sh '$@' && new='$@'.$$$$ && \
           trap 'rm -f "$$new"' EXIT && { $(1); } >"$$new" && \
           { cmp -s "$$new" '$@' || mv -f "$$new" '$@'; }
.DELETE_ON_ERROR:

# If the flags, the compiler or the libraries change, everything is rebuilt. If a
# file of lib/ is removed, its object must not stay in the archive.
define FLAGS
$(COMPILE)
$(LINK)
$(foreach p,$(sort $(choices) $(SERVER_PKGS)),$(call pkg,--modversion $(p)))
endef
define LIBRARY
$(client_libs) $(server_libs)
$(lib_o)
endef
$(O)/flags: export SCRIPT = $(FLAGS)
$(B)/library: export SCRIPT = $(LIBRARY)
# The check of the packages comes first: if there is no compiler, it prints what
# to do.
$(O)/flags: always | $(B)/client-packages
	@$(call generate,printf '%s\n' "$$SCRIPT" && $(CC) --version)
$(B)/library: always | $(B)/client-packages
	@$(call generate,printf '%s\n' "$$SCRIPT")

# Check for missing packages before compiling anything that needs them.
$(B)/client-packages: needs = $(CLIENT_PKGS)
$(B)/server-packages: needs = $(SERVER_PKGS)
$(B)/test-packages:   needs = $(TEST_PKGS)
$(B)/%-packages: always
	@$(call generate,sh tests/tools/deps.sh --check $(TOOLS) $(needs) && \
	    pkg-config --modversion $(needs))
$(O)/server/main.o $(server_o): | $(B)/server-packages
$(call object,$(grade_c)): | $(B)/test-packages

.PHONY: always
always:
.SECONDARY:

-include tests/maintainer.mk
# The headers of each object, at any depth: a submission can be in any folder.
-include $(shell find $(O) $(B) -name '*.d' 2>/dev/null)
