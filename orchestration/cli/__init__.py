"""The command `cx`, one thin module a command: read the words, call one function, show what it says.

Never here: a decision, SQL, or an import at the top that makes `cx --help` slow.
"""
