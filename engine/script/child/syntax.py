# Reads a script from standard input and writes as JSON what Python has against it.
# It compiles; it runs nothing of the script.
import json, sys, warnings

found = []


def add(e, message, doubt):
    line, begin = e.lineno or 0, max((getattr(e, "offset", None) or 1) - 1, 0)
    end = (getattr(e, "end_offset", None) or 0) - 1
    if (getattr(e, "end_lineno", None) or line) != line:
        end = 0
    found.append({"line": line, "from": begin, "to": max(end, 0), "message": message, "doubt": doubt})


with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    try:
        compile(sys.stdin.buffer.read().decode("utf-8"), "script.py", "exec", dont_inherit=True)
    except SyntaxError as e:
        add(e, e.msg, False)
    except (ValueError, RecursionError, MemoryError, OverflowError) as e:
        found.append({"line": 0, "from": 0, "to": 0, "message": str(e) or type(e).__name__, "doubt": False})
for w in told:
    if issubclass(w.category, SyntaxWarning):
        found.append({"line": w.lineno, "from": 0, "to": 0, "message": str(w.message), "doubt": True})
json.dump(found, sys.stdout)
