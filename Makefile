# SPDX-License-Identifier: MIT
# The chat lab. `make help` says what can be typed. What only those need who
# change the kit stands in tests/kit.mk, which the student archive does not have.

# --- What to build -----------------------------------------------------------

CRYPTO     ?= libsodium#  the backend: libsodium or openssl
SUBMISSION ?= starter#    whose sender and receiver `make sender` runs
SERVER     ?= http://127.0.0.1:8080
HOSTS      ?= 127.0.0.1 localhost

ifeq ($(wildcard backends/$(CRYPTO).c)$(filter doctor,$(MAKECMDGOALS)),)
$(error CRYPTO=$(CRYPTO): there is no backends/$(CRYPTO).c. Choose one of: \
  $(patsubst backends/%.c,%,$(wildcard backends/*.c)))
endif

BACKENDS := libsodium openssl
SUFFIX   := $(if $(SAN),-$(SAN:1=san))
B        := build/$(CRYPTO)$(SUFFIX)
JOBS     ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
AGAIN     = $(MAKE) --no-print-directory $(if $(findstring j,$(MAKEFLAGS)),,-j$(JOBS))

# V=1 shows every command.
Q   := $(if $(V),,@)
say  = @printf '  %-5s %s\n'

# --- Compiler and libraries --------------------------------------------------

CLIENT_PKGS := $(CRYPTO) libcjson libcurl
SERVER_PKGS := $(CLIENT_PKGS) libmicrohttpd sqlite3
TEST_PKGS   := $(SERVER_PKGS) check
TOOLS       := cc pkg-config
OS          := $(shell uname -s)

# Homebrew keeps OpenSSL where pkg-config does not look. Old versions of make
# do not export to $(shell), so it is told there again.
keg   := opt/openssl@3/lib/pkgconfig
export PKG_CONFIG_PATH := \
  $(PKG_CONFIG_PATH:%=%:)/opt/homebrew/$(keg):/usr/local/$(keg)
pkg   = $(shell PKG_CONFIG_PATH='$(PKG_CONFIG_PATH)' pkg-config $(1) 2>/dev/null)

CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wno-unused-parameter \
            -Werror=incompatible-pointer-types \
            $(if $(WERROR),-Werror -Wshadow -Wmissing-prototypes \
              -Wstrict-prototypes)
HARDEN   := -fstack-protector-strong -fPIE
HARDEN_LD = $(if $(filter Linux,$(OS)),-pie -Wl$(comma)-z$(comma)relro,-Wl$(comma)-pie)
comma    := ,
# SAN=1: bad addresses and undefined behaviour; SAN=thread: races.
ifdef SAN
sanitize := -fsanitize=$(if $(filter 1,$(SAN)),address$(comma)undefined,$(SAN))
HARDEN   += $(sanitize) -fno-sanitize-recover=undefined \
            -fno-omit-frame-pointer
HARDEN_LD += $(sanitize)
else
HARDEN   += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
HARDEN_LD += $(if $(filter Linux,$(OS)),-Wl$(comma)-z$(comma)now)
endif

pkg_cflags := $(call pkg,--cflags $(TEST_PKGS))
COMPILE     = $(CC) -std=c11 -D_DEFAULT_SOURCE -D_DARWIN_C_SOURCE -I. \
              -I$(B) $(WARNINGS) $(HARDEN) $(CFLAGS) $(pkg_cflags) \
              -DOPENSSL_NO_DEPRECATED
LINK        = $(CC) $(HARDEN_LD) $(CFLAGS) $(LDFLAGS)

client_libs := $(call pkg,--libs $(CLIENT_PKGS)) -pthread
server_libs := $(call pkg,--libs $(SERVER_PKGS)) -pthread
test_libs   := $(call pkg,--libs $(TEST_PKGS)) -pthread

# --- The files ---------------------------------------------------------------

object   = $(patsubst %.c,$(B)/%.o,$(1))
lib_o   := $(call object,$(wildcard lib/*.c) backends/$(CRYPTO).c)
server_o := $(call object,$(filter-out server/main.c,$(wildcard server/*.c)))
grade_c := $(wildcard tests/grade/*.c)

people   := $(sort $(patsubst %/sender.c,%,$(wildcard starter/sender.c \
              solution/sender.c $(SUBMISSION)/sender.c)))
chats    := $(foreach who,$(people),$(B)/$(who)/sender $(B)/$(who)/receiver)
programs := $(B)/chat-server $(chats)

# --- For everyone ------------------------------------------------------------

.PHONY: all help programs
all: programs ## build the server, the senders and the receivers
	@echo
	@echo "Built for $(CRYPTO) in $(B)/. Next, in three terminals:"
	@echo "    make server"
	@echo "    make receiver ME=bob"
	@echo "    make sender ME=alice TO=bob"

help: ## this list
	@echo "make [CRYPTO=libsodium|openssl] [V=1] [SAN=1|thread] TARGET"
	@echo
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' \
	    $(wildcard Makefile tests/kit.mk)

programs: $(programs)

.PHONY: demo server receiver sender certs
demo: deps ## build everything, then watch one message travel
	+@$(AGAIN) programs
	@sh tests/demo.sh $(B) $(firstword $(filter solution,$(people)) starter)

server: $(B)/chat-server ## a server with the accounts of the demo
	@$(B)/chat-server --demo $(ARGS)

receiver: need-ME $(B)/$(SUBMISSION)/receiver ## wait for messages: ME=bob
	@$(B)/$(SUBMISSION)/receiver --server $(SERVER) --user $(ME) $(ARGS)

sender: need-ME need-TO $(B)/$(SUBMISSION)/sender ## send: ME=alice TO=bob
	@$(B)/$(SUBMISSION)/sender --server $(SERVER) --user $(ME) $(ARGS) $(TO)

need-%:
	@test -n "$($*)" || { echo "who? Type for example:" \
	    "make receiver ME=bob, or make sender ME=alice TO=bob" >&2; exit 64; }

certs: ## a class CA and a server certificate: HOSTS="192.168.1.5 lab"
	@sh server/certs.sh $(HOSTS)

# The grade by the grader's own rules; tests/grade/ladder.c has the points.
ONLY    ?=#   M5-03,A: these checks and groups alone
FORMAT  ?= text#  or json, markdown, junit
REPORT  ?=#   a file for the report in that format
GRADING ?= attempt#  the score: attempt or checks

.PHONY: grade submit rubric
grade: grader ## grade starter/: ONLY=M5-03 V=1 SUBMISSION=dir
	@sh $(B)/grade.sh --submission '$(SUBMISSION)' --grading '$(GRADING)' \
	    --format '$(FORMAT)' $(if $(REPORT),--report '$(REPORT)') \
	    $(if $(ONLY),--only '$(ONLY)') $(if $(V),--verbose)

submit: $(B)/grade ## pack GROUP, sender.c and receiver.c for handing in
	@sh tests/submit.sh $(B)/grade '$(SUBMISSION)' hand-in.tar.gz

rubric: $(B)/grade ## every check with its points and what it stands on
	@$(B)/grade --rubric

.PHONY: doctor deps clean
doctor: ## what this machine has for the lab, and what to type for the rest
	@CC='$(CC)' CRYPTO='$(CRYPTO)' MAKE_VERSION='$(MAKE_VERSION)' \
	    sh tests/doctor/doctor.sh $(sort $(BACKENDS) $(TEST_PKGS))

deps: ## find the packages that are missing and install them
	@sh tests/deps.sh $(TOOLS) $(sort $(BACKENDS) $(TEST_PKGS))

clean: ## forget everything that was built
	$(Q)rm -rf build

# --- How it is built ---------------------------------------------------------

$(B)/chat-server: $(B)/server/main.o $(server_o) $(lib_o)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(server_libs)

$(chats): $(B)/%: $(B)/%.o $(lib_o)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(client_libs)

# The grader, and what it builds submissions with: the kit's own objects under
# the sanitizers, where the compiler has them, on both backends.
has      = $(shell echo 'int main(void) { return 0; }' | \
             $(CC) $(1) -x c - -o /dev/null 2>/dev/null && echo '$(1)')
GRADE_LIBS  = $(call pkg,--libs openssl libcjson check) -pthread
grade_san   = $(call has,-fsanitize=address$(comma)undefined)
grade_flags = -g -O1 $(call has,-fstack-protector-strong) \
              $(call has,-ftrivial-auto-var-init=pattern) \
              $(grade_san) -fno-sanitize-recover=undefined \
              -fno-omit-frame-pointer
kit_o       = $(patsubst %.c,build/$(1)$(2)/%.o,$(wildcard lib/*.c) \
                backends/$(1).c)
kit_libs    = $(call pkg,--libs $(1) libcjson libcurl) -pthread
OTHER      := $(firstword $(filter-out $(CRYPTO),$(BACKENDS)) $(CRYPTO))

define GRADE_SH
#!/bin/sh
# Grades one submission: see --help. Made by make; exit codes as in main.c.
cd "$$(dirname "$$0")/../.." || exit 70
exec $(B)/grade --crypto $(CRYPTO) --other $(OTHER) \
    --server $(B)/chat-server --shipped tests/grade/shipped.txt \
    --compile '$(CC) -std=c11 -D_DEFAULT_SOURCE -D_DARWIN_C_SOURCE -Ikit \
        -Wall -Wextra -Wno-unused-parameter $(grade_flags) $(pkg_cflags)' \
    --link '$(CC) $(grade_flags)' \
    --objects '$(call kit_o,$(CRYPTO),$(if $(grade_san),-san))' \
    --other-objects '$(call kit_o,$(OTHER),$(if $(grade_san),-san))' \
    --libs '$(call kit_libs,$(CRYPTO))' \
    --other-libs '$(call kit_libs,$(OTHER))' "$$@"
endef

.PHONY: grader kit-objects
grader: $(B)/grade $(B)/chat-server $(B)/grade.sh
	+@for c in $(CRYPTO) $(OTHER); do $(AGAIN) CRYPTO=$$c \
	    SAN=$(if $(grade_san),1) kit-objects || exit; done

kit-objects: $(lib_o)
	@:

$(B)/grade.sh: export SCRIPT = $(GRADE_SH)
$(B)/grade.sh: Makefile $(B)/flags
	@printf '%s\n' "$$SCRIPT" > $@

$(B)/grade: $(call object,$(grade_c)) $(lib_o)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(client_libs) $(GRADE_LIBS)

$(B)/%.o: %.c $(B)/flags | $(B)/packages
	@mkdir -p $(@D)
	$(say) cc $<
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

# Other flags, another compiler: build anew.
$(B)/flags: always
	@mkdir -p $(@D)
	@echo '$(COMPILE)' | cmp -s - $@ || echo '$(COMPILE)' > $@

$(B)/packages: Makefile
	@mkdir -p $(@D)
	@sh tests/deps.sh --check $(TOOLS) $(TEST_PKGS)
	@touch $@

.PHONY: always
always:
.SECONDARY:

-include tests/kit.mk
-include $(patsubst %.o,%.d,$(wildcard $(B)/*/*.o $(B)/*/*/*.o))
