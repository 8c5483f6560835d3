# What student.md leads to; tests/tools/docs/script.py explains the lines.

make doctor

make grade
    exits 2

make help

make submit
