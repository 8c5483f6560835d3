# SPDX-License-Identifier: MIT
# Targets for maintainers and instructors. The Makefile reads this file if it is
# there; it is not in the student archive.

c_files   = $(shell find $(wildcard backends lib server solution starter \
              tests) -name '*.[ch]')

# The calls that unit tests can make fail: see
# tests/support/library_faults/fault.h. That folder has a file for each backend;
# only the one for CRYPTO is used.
faults   := tests/support/library_faults
fault_c  := $(if $(filter Linux,$(OS)),$(filter-out $(faults)/fault.c \
              $(filter-out %/$(CRYPTO).c,$(patsubst backends/%, \
              $(faults)/%,$(wildcard backends/*.c))), \
              $(wildcard $(faults)/*.c)))
faults_of = $(if $(fault_c),$(shell LC_ALL=C sed -n \
              's/^FAULT.[^,]*, \([A-Za-z0-9_]*\),.*/\1/p' $(1)))

# With 64 bits for off_t and time_t, glibc's headers call some functions by
# other names: fcntl64, __fstat64_time64, __gmtime64_r. A call by any of these
# goes to the function of library_faults/system.c as well.
names_64  = $(1)64 __$(1)64 __$(1)_time64 __$(1)64_time64 \
              $(patsubst %_r,__%64_r,$(filter %_r,$(1)))
system    = $(call faults_of,$(filter %/system.c,$(fault_c)))
wrapped   = $(addprefix -Wl$(comma)--wrap=,$(call faults_of,$(fault_c)) \
              $(foreach n,$(system),$(call names_64,$(n))))
renamed   = $(foreach n,$(system),$(patsubst \
              %,-Wl$(comma)--defsym=__wrap_%=__wrap_$(n),$(call names_64,$(n))))

# Functions that several test programs share are in an archive, so that each
# program links only what it uses.
support_c := $(wildcard tests/support/*.c) \
             tests/support/libc_faults/injector.c $(faults)/fault.c
support_a := $(O)/tests/support.a
unit_c    := $(wildcard tests/unit/*.c)
e2e_c     := $(wildcard tests/e2e/*.c)
attack_c  := $(wildcard tests/attack/*.c)
soak_c    := $(wildcard tests/soak/*.c)
bench_c   := $(filter-out %/parts.c %/constant.c,$(wildcard tests/bench/*.c))

# --- Tests -------------------------------------------------------------------

# make check tests BACKENDS, and also the backend of CRYPTO. The end-to-end
# tests connect programs with two backends.
tested := $(sort $(BACKENDS) $(CRYPTO))
pair   := $(sort $(CRYPTO) $(OTHER))

.PHONY: check unit e2e leaks sync-starter format
check: deps deps-sandbox ## run unit and end-to-end tests and grade the solution
	+@for c in $(tested); do \
	    $(AGAIN) WERROR=1 CRYPTO=$$c programs eve-relay trace-tools example-tool unit-tests fuzz-tests \
	      grader || exit; done
	+@$(AGAIN) WERROR=1 e2e-tests
	+@$(MAKE) --no-print-directory $(if $(jobs_set),,-j$$(expr 2 \* $(JOBS))) $(parts)

# The parts of make check, the longest first. They often wait, so there are two
# at a time for each core. Each prints its results when it has ended.
parts := $(tested:%=run-unit-%) run-end-to-end run-class run-makefile \
         $(tested:%=run-solution-%) run-doctor run-eve run-trace style \
         $(tested:%=run-corpus-%) run-locale facts
.PHONY: $(parts)
# $(call part,TITLE,COMMANDS)
part = mkdir -p $(B) && log=$(B)/$@.log && { echo "== $(1)" && ($(2)); } >"$$log" 2>&1; \
       status=$$?; cat "$$log"; exit $$status

# TMPDIR may have spaces, so tests get a temporary folder with a space.
spaced = dir=$$(mktemp -d "$${TMPDIR:-/tmp}/my tests-XXXXXX") || exit; \
    trap 'rm -rf "$$dir"' EXIT; trap 'exit 1' HUP INT TERM; \
    TMPDIR=$$dir; export TMPDIR;

$(tested:%=run-unit-%): run-unit-%:
	@$(call part,unit tests$(comma) $*,$(spaced) build/$*$(SUFFIX)/unit-tests)
run-end-to-end:
	@$(call part,end to end,$(spaced) \
	    $(B)/e2e-tests $(foreach c,$(pair),build/$(c)$(SUFFIX)))
$(tested:%=run-corpus-%): run-corpus-%:
	@$(call part,corpus of the fuzzers$(comma) $*, \
	    sh tests/fuzz/replay.sh build/$*$(SUFFIX)/fuzz $(FUZZ))
# If the solution passes, only the last line of the report is shown.
$(tested:%=run-solution-%): run-solution-%:
	@$(call part,the solution is graded$(comma) $*,report=build/$*$(SUFFIX)/solution.txt; \
	    sh build/$*$(SUFFIX)/grade.sh --submission solution >"$$report" && \
	    tail -n 1 "$$report" || { cat "$$report"; exit 1; })
class_tests = cd tests/class && python3 -B -W ignore -m unittest --quiet
run-class:
	@$(call part,grading a class,$(if $(shell command -v \
	    python3),$(class_tests),echo "skipped (python3 is absent)"))
run-doctor run-eve run-trace: run-%:
	@$(call part,make $*,sh tests/tools/$*/test.sh $(B))
run-makefile:
	@$(call part,the makefile,MAKE='$(MAKE_COMMAND)' sh tests/make/test.sh)
run-locale:
	@$(call part,a Turkish locale,MAKE='$(MAKE_COMMAND)' sh tests/tools/locale.sh)
style: ## check the layout of C and shell files, and the includes
	@$(call part,layout and includes,sh tests/tools/layers.sh && \
	    sh tests/tools/style.sh)
facts: ## check names, links and numbers in the pages
	@$(call part,names$(comma) links and numbers in the pages, \
	    sh tests/tools/docs/facts.sh)

unit: unit-tests ## run the unit tests of one backend: KIT_ONLY=base64,json
	@$(B)/unit-tests

e2e: ## run the end-to-end tests: KIT_ONLY=chat,tls
	+@for c in $(pair); do $(AGAIN) CRYPTO=$$c programs || exit; done
	+@$(AGAIN) e2e-tests
	@$(B)/e2e-tests $(foreach c,$(pair),build/$(c)$(SUFFIX))

# Tests of the programs under attack. They need Linux, because they read /proc.
# TIMES=shown only prints how long things take, and sets no limits: use it on a
# machine that does other work.
.PHONY: check-attacks attack-tests
check-attacks: ## test load, faults and attacks, and measure: KIT_ONLY=storm
	+@for c in $(BACKENDS); do $(AGAIN) CRYPTO=$$c programs || exit; done
	+@$(AGAIN) attack-tests
	@$(B)/attack-tests $(foreach c,$(BACKENDS),build/$(c)$(SUFFIX))

# Here SYSTEM is the system to compile for, empty for this one. These files are
# left out: preload.c, which needs glibc and has its own rule; for macOS, the test
# that limits another process; and optional backends whose library is absent. For
# another system, all optional backends are left out.
preload_c    := tests/support/libc_faults/preload.c
exempt_macos := tests/attack/test_files.c
absent        = $(foreach c,$(filter-out $(BACKENDS),$(choices)),$(if \
                  $(if $(SYSTEM),,$(call pkg,--modversion $(c))),,$(c)))
COMPILERS    ?= gcc clang
ZIG          ?= zig
.PHONY: check-compile objects
export COMPILERS ZIG
check-compile: ## compile without warnings: COMPILERS="gcc clang-19" ZIG=zig
	+@set -f; MAKE='$(AGAIN)' sh tests/tools/compile.sh $$COMPILERS

objects: $(call object,$(filter-out $(preload_c) $(exempt_$(SYSTEM)) \
           $(foreach c,$(absent),backends/$(c).c $(faults)/$(c).c), \
           $(filter %.c,$(c_files)))) $(if $(SYSTEM),,$(B)/libc-faults.so)
	@:

MINUTES ?= 60
export MINUTES
.PHONY: soak
soak: $(B)/soak ## run a mixed load for MINUTES=60, print a line every minute
	+@for c in $(BACKENDS); do $(AGAIN) CRYPTO=$$c programs || exit; done
	@$(B)/soak $(foreach c,$(BACKENDS),build/$(c)$(SUFFIX)) "$$MINUTES"

# Each comparison is measured ROUNDS times. OLD is the build folder of an older
# version to measure as well, such as ../before/build/libsodium.
ROUNDS ?=
OLD    ?=
export ROUNDS OLD
.PHONY: bench bench-tools deps-bench bench-builds bench-plot
deps-bench: ## install the servers that make bench compares with (Debian, npm)
	@sh tests/bench/peers/install.sh

bench: ## compare the speed with other ways to do the same work: KIT_ONLY=seal ROUNDS=9
	+@for c in $(BACKENDS); do $(AGAIN) CRYPTO=$$c programs bench-tools || exit; done
	+@$(AGAIN) $(B)/bench
	@mkdir -p build/bench
	@$(B)/bench $(BACKENDS:%=build/%$(SUFFIX)) build/bench/results.json \
	    $${OLD:+"$$OLD"}

bench-builds: ## measure builds and grades: seconds and CPU seconds (needs python3)
	@python3 -B tests/bench/builds.py $(if $(filter check,$(CHECKS)),--check)

bench-plot: ## draw build/bench/results.json: results.svg (needs python3)
	@python3 -B tests/bench/plot.py build/bench/results.json \
	    build/bench/results.svg

bench-tools: $(addprefix $(B)/,bench-parts constant bench-send bench-receive \
               bench-relay)
	@:

# make fuzz tests each parser for T seconds with inputs that clang's libFuzzer
# generates. make check uses the inputs in tests/fuzz/corpus.
T      ?= 60
export T
parsers := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ   ?= $(parsers)
ifneq ($(filter-out $(parsers),$(FUZZ)),)
$(error FUZZ=$(FUZZ): choose from $(parsers))
endif
.PHONY: fuzz fuzz-tests
fuzz: ## run libFuzzer for T=60 seconds on each parser: FUZZ=m5
	@sh tests/fuzz/fuzz.sh --check
	+@$(AGAIN) CC=clang SAN=fuzzer-no-link,address,undefined SUFFIX=-fuzz \
	    fuzz-tests
	@sh tests/fuzz/fuzz.sh build/$(CRYPTO)-fuzz/fuzz "$$T" $(FUZZ)

.PHONY: deps-lint lint
deps-lint: ## install what make lint needs
	@sh tests/tools/deps.sh cppcheck clang-tidy

lint: $(B)/test-packages $(wall_inc) ## run cppcheck, clang-tidy and gcc -fanalyzer
	@sh tests/tools/lint.sh $(JOBS) $(COMPILE)

.PHONY: check-browser
check-browser: ## open the pages of make trace and make wall in chromium (needs python3)
	+@$(AGAIN) programs trace-tools example-tool
	@python3 -B tests/tools/trace/check_browser.py $(B)

# Coverage of the tests, counted by gcc without optimisation and hardening.
counted = CC=gcc SUFFIX=-cov HARDEN= HARDEN_LD= \
          CFLAGS='-O0 -g --coverage -fprofile-update=atomic'
.PHONY: coverage
coverage: ## list the lines and branches that no test reaches
	@sh tests/tools/coverage/coverage.sh --check
	+@for c in $(BACKENDS); do \
	    $(AGAIN) $(counted) CRYPTO=$$c programs unit-tests || exit; done
	+@$(AGAIN) $(counted) e2e-tests
	@sh tests/tools/coverage/coverage.sh build/objects-cov $(BACKENDS:%=build/%-cov)

leaks: programs ## send 1,000 messages, sender and receiver under valgrind
	@sh tests/tools/leaks.sh $(B)

sync-starter: $(B)/grade ## cut starter/ from solution/ (overwrites starter/*.c)
	@for f in sender.c receiver.c; do \
	    awk -f tests/tools/cut.awk solution/$$f > starter/$$f.new || \
	      { rm -f starter/$$f.new; exit 1; }; \
	    mv starter/$$f.new starter/$$f; done
	@$(B)/grade --fingerprints starter > tests/grade/shipped.txt

format: ## format every C file with clang-format
	$(Q)clang-format -i $(c_files)

# Programs whose grade is known: wrong ones, right ones, cheats. MUTANTS names
# some of them, or files of them; by default, all are graded. With CHECKS=named
# a wrong program gets only the checks that it must fail.
MUTANTS ?=
STEADY  ?= solution S10 S12 R12 R31 R41
N       ?= 100
export MUTANTS STEADY N

.PHONY: check-grader grade-stress
graded = python3 -B tests/mutants/check_grader.py
check-grader: grader ## grade tests/mutants/ and compare with the expected failures (needs python3)
	+@$(AGAIN) CRYPTO=$(OTHER) grader
	@sh tests/grade/command_line.sh $(B)/grade.sh
	@$(graded) $(if $(filter named,$(CHECKS)),--named) \
	    $(B)/grade.sh tests/mutants $$MUTANTS
	@sh build/$(OTHER)$(SUFFIX)/grade.sh --submission solution

# Each attack of tests/sandbox/ on the grader. ATTACKS names some of them.
ATTACKS ?=
export ATTACKS
.PHONY: check-sandbox
check-sandbox: deps-sandbox grader ## attack the grader in each sandbox: ATTACKS=ports (needs python3)
	@set -f; python3 -B tests/sandbox/check_sandbox.py $(B)/grade.sh $$ATTACKS

grade-stress: grader ## grade some known programs N=100 times, compare with the expected failures (needs python3)
	@$(graded) --repeat "$$N" $(B)/grade.sh tests/mutants $$STEADY
	@$(graded) --repeat "$$N" --busy $(B)/grade.sh tests/mutants $$STEADY

# --- Grading a class ---------------------------------------------------------

# The results are in build/class/NAME/. The Makefile gives JOBS a default for other
# targets, so it is passed on only if the user has set it. (It gives such a value
# the origin override: see DATA there.)
jobs_asked = $(if $(filter override,$(origin JOBS)),--jobs $(JOBS))
SUBMISSIONS ?=
# What the LMS exported, and the title of the column to fill in it.
GRADEBOOK   ?=
COLUMN      ?=
# A file with the machines to use. Empty: only this one.
MACHINES    ?=
export SUBMISSIONS GRADEBOOK COLUMN MACHINES
.PHONY: deps-class grade-class
deps-class: deps-sandbox ## install what make grade-class needs
	@sh tests/tools/deps.sh parallel python3

grade-class: deps-class grader ## grade all hand-ins: SUBMISSIONS=zip GRADEBOOK=csv COLUMN=title MACHINES=file
	@python3 -B tests/class/grade_class.py --grader $(B)/grade.sh \
	    --crypto $(CRYPTO) $(jobs_asked) \
	    $${MACHINES:+--machines "$$MACHINES"} \
	    $${GRADEBOOK:+--gradebook "$$GRADEBOOK"} $${COLUMN:+--column "$$COLUMN"} \
	    -- "$$SUBMISSIONS"

.PHONY: check-class check-machines
check-class: ## test make grade-class with a stub for the grader
	@$(class_tests)

check-machines: deps-class ## grade N=100 hand-ins on two machines (needs root, sshd)
	@python3 -B tests/class/machines.py "$$N"

# --- Platforms that grade hand-ins --------------------------------------------

# What an instructor uploads. GRADING and HIDDEN are the settings in it.
HIDDEN    ?=
PLATFORMS := gradescope autolab prairielearn classroom50 ci
# The name of the image, for PrairieLearn.
IMAGE     ?= chat-lab
# One platform or some, for check-platforms.
PLATFORM  ?=
export HIDDEN IMAGE PLATFORM
.PHONY: $(PLATFORMS) check-platforms
gradescope: ## pack autograder.zip for Gradescope: GRADING=checks HIDDEN=A,X-01
autolab: ## pack autograde.tar and autograde-Makefile for Autolab
prairielearn: ## pack an image and a question for PrairieLearn: IMAGE=school/lab
classroom50: ## pack autograder.py and its files for Classroom 50
ci: ## pack a workflow, and the kit that it grades with
$(PLATFORMS):
	@python3 -B tests/platforms/bundle.py $@ build/platforms/$@

check-platforms: deps-sandbox ## run these bundles in clean roots: PLATFORM="gradescope"
	@cd tests/platforms && python3 -B -m unittest
	@set -f; python3 -B tests/platforms/check.py $$PLATFORM

# --- What the class receives -------------------------------------------------

# Each text becomes an HTML page and a PDF, with the style NAME.css or page.css.
PAGES := $(patsubst handout/%.md,build/handout/%,$(filter-out %/student.md, \
           $(wildcard handout/*.md)))

.PHONY: handout deps-handout dist check-dist check-docs check-portable
deps-handout: ## install what make handout needs
	@sh tests/tools/deps.sh pandoc weasyprint

handout: $(PAGES:=.html) $(PAGES:=.pdf) build/handout/example.html ## write the pages to build/handout/

dist: handout ## pack the student archive, build/dist/chat-lab.tar.gz
	@sh tests/tools/dist/pack.sh build/dist/chat-lab.tar.gz

check-docs: dist ## type every command of README and the handout (needs python3)
	@sh tests/tools/docs/docs.sh build/dist/chat-lab.tar.gz

check-portable: dist ## run what students run, without the GNU tools
	@sh tests/tools/portable/portable.sh build/dist/chat-lab.tar.gz

.PHONY: pictures check-pictures
draw = MAKE='$(MAKE_COMMAND)' python3 tests/tools/pictures/pictures.py
pictures: grader programs ## draw the terminal pictures in README: handout/pictures/
	@$(draw) handout/pictures

check-pictures: grader programs ## check that these pictures show what is printed today
	@$(draw) build/pictures-now
	@diff -r handout/pictures build/pictures-now || { \
	    echo "handout/pictures: out of date. Type: make pictures" >&2; exit 1; }

.PHONY: check-places check-systems
export PLACE SYSTEM
# PLACE: names from the list in tests/tools/places.sh.
check-places: ## run demo, check, grade in odd folders, locales: PLACE="tmpdir"
	@set -f; MAKE='$(MAKE_COMMAND)' sh tests/tools/places.sh $$PLACE

# SYSTEM: a Debian release, or RELEASE-ARCH. CONTRIBUTING.md lists those tested.
check-systems: ## run demo, check, grade on a clean SYSTEM=trixie, sid-i386, ...
	@sh tests/tools/systems.sh "$$SYSTEM"

check-dist: handout ## check the student archive, and that make dist finds planted answers
	@sh tests/tools/dist/test.sh

build/handout/%.html: handout/%.md handout/page.sh $(wildcard handout/*.css handout/*.lua \
  handout/*.svg) | build/handout-tools
	$(say) page $@
	@sh handout/page.sh $@ $<

build/handout/%.pdf: build/handout/%.html
	$(say) page $@
	$(Q)SOURCE_DATE_EPOCH=1767225600 weasyprint --quiet \
	    --base-url about:blank $< $@

# The page that make trace writes, of a chat with the check values.
example := $(B)/tests/tools/trace/example
build/handout/example.html: $(example) $(B)/tests/tools/trace/recompute \
  tests/tools/trace/example.sh tests/tools/trace/page.sh \
  $(wildcard handout/flow/*) \
  tests/vectors/protocol_vectors.json
	$(say) page $@
	@sh tests/tools/trace/example.sh $(B) $@

build/handout-tools: tests/tools/deps.sh
	@mkdir -p $(@D)
	@sh tests/tools/deps.sh --check pandoc weasyprint
	@touch $@

# --- How they are built ------------------------------------------------------

.PHONY: unit-tests e2e-tests example-tool
unit-tests: $(B)/unit-tests
e2e-tests: $(B)/e2e-tests
example-tool: $(example)
attack-tests: $(B)/attack-tests $(B)/libc-faults.so $(B)/chat-server-tsan

# For make coverage: see leave.c.
leave_o := $(if $(findstring --coverage,$(CFLAGS)), \
             $(O)/tests/tools/coverage/leave.o)

$(B)/unit-tests: $(call object,$(unit_c) $(fault_c)) \
  $(support_a) $(B)/wrapped.o $(leave_o)
	$(say) link $@
	$(Q)$(LINK) $(renamed) $(leave_o:%=-Wl,--wrap=_exit -Wl,--wrap=raise) -o $@ $^ $(test_libs)

# What is tested, with its calls to libraries redirected to library_faults/.
# The calls of the tests themselves, and of Check, are not redirected.
$(B)/wrapped.o: $(server_o) $(lib_o) $(fault_c)
	$(say) link $@
	$(Q)$(CC) -r -nostdlib $(wrapped) -o $@ $(filter %.o,$^)

$(example): $(B)/%: $(O)/%.o $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(client_libs)

$(support_a): $(call object,$(support_c))
	$(say) ar $@
	$(Q)$(call archive,$^)

$(B)/e2e-tests: $(call object,$(e2e_c)) $(support_a) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(test_libs)

$(B)/attack-tests: $(call object,$(attack_c)) $(support_a) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(test_libs)

$(B)/soak: $(call object,$(soak_c)) $(support_a) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(test_libs)

$(B)/bench: $(call object,$(bench_c)) $(support_a) $(server_o) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(test_libs)

$(B)/bench-parts: $(call object,tests/bench/parts.c \
  tests/bench/direct/$(CRYPTO).c) $(support_a) $(server_o) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(test_libs)

$(B)/bench-relay $(B)/bench-send: $(call object,tests/bench/peers/connection.c)
$(B)/bench-relay: $(call object,tests/bench/peers/relay.c) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(client_libs)

$(B)/bench-send $(B)/bench-receive: $(B)/bench-%: \
  $(O)/tests/bench/peers/messages_%.o $(call object,$(addprefix \
  tests/bench/peers/messages_,sealed.c json.c)) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(client_libs) $(call pkg,--libs libsodium)

$(B)/constant: $(call object,tests/bench/constant.c lib/streams.c)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(server_libs)

# Linked with libFuzzer, which has a main function, or with replay.c.
fuzz_tests  := $(FUZZ:%=$(B)/fuzz/%)
fuzz_libs   := $(if $(findstring fuzzer,$(SAN)),-fsanitize=fuzzer)
fuzz_o      := $(call object,$(addprefix tests/fuzz/,fuzz.c \
                 $(if $(fuzz_libs),,replay.c)))
fuzz-tests: $(fuzz_tests)
$(fuzz_tests): $(B)/fuzz/%: $(O)/tests/fuzz/fuzz_%.o $(fuzz_o) $(server_o) $(lib_a)
	$(say) link $@
	$(Q)$(LINK) $(fuzz_libs) -o $@ $^ $(server_libs)

# The library that LD_PRELOAD loads to make calls of libc fail.
$(B)/libc-faults.so: $(preload_c) $(preload_c:.c=.h)
	$(say) link $@
	$(Q)$(CC) -std=c11 -I. $(WARNINGS) -O2 -g -fPIC -shared -o $@ $<

# The server with ThreadSanitizer, if the compiler has it.
$(B)/chat-server-tsan: always
	+@$(if $(call has,-fsanitize=thread),$(AGAIN) SAN=thread \
	    build/$(CRYPTO)-thread/chat-server && \
	    cp build/$(CRYPTO)-thread/chat-server $@)

$(call object,$(unit_c) $(e2e_c) $(attack_c) $(soak_c) $(bench_c) \
  $(support_c)): | $(B)/test-packages

# The list of suites: one for each tests/unit/test_*.c, named like the file.
$(O)/tests/unit/main.o $(O)/tests/e2e/main.o $(O)/tests/attack/main.o \
$(O)/tests/bench/main.o: $(O)/tests/%/main.o: $(O)/%_suites.inc
$(O)/%_suites.inc: always
	@$(call generate,ls tests/$* | sed -n 's/^test_\(.*\)\.c$$/SUITE(\1)/p')

