# What README.md leads to; tests/tools/docs/script.py explains the lines.

make demo
    see Now you are Alice
    see type a line and Enter
    type good morning, bob
    see alice: good morning, bob
    press ctrl-d
    see It works

make check
    left to .ci/run

make grade
    exits 2

make deps deps-handout
