"""The command line. Each command is a small file that parses, calls one flow and prints.

A command that fails says so in one clear line on the error stream and ends with a status that is not 0. What a command
needs is imported when it runs: the simulator starts without the database, `--help` without anything.
"""
