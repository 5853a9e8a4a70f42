"""The command line: each command is options, one library call, and what the console shows of the result."""
