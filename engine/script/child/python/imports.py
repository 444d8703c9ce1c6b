# Finds the first module that a script imports when it is loaded and that is not
# there. What a try, a condition or a function imports may be missing.
import ast, importlib.machinery, importlib.util, json, sys

sys.path = [p for p in sys.path if p]
hand = json.loads(sys.stdin.buffer.read())
known = hand["known"]


def there(name):
    if name in known or any(k.startswith(name + ".") for k in known):
        return True
    if name.split(".")[0] in ("f", "u"):
        return False
    # A package is not loaded for this, so what it holds is known only of one that is
    # nothing but a folder, such as google.
    parts, path = name.split("."), None
    for i in range(len(parts)):
        try:
            if i == 0:
                spec = importlib.util.find_spec(parts[0])
            else:
                spec = importlib.machinery.PathFinder.find_spec(".".join(parts[: i + 1]), path)
        except Exception:  # it does not like being looked at: the step will tell
            return True
        if spec is None:
            return False
        if spec.origin is not None or spec.submodule_search_locations is None:
            return True
        path = list(spec.submodule_search_locations)
    return True


def names(node):
    if isinstance(node, ast.Import):
        return [a.name for a in node.names]
    if not node.level:
        return [node.module]
    base = hand["package"].split(".")
    base = base[: len(base) - node.level + 1]
    if node.module:
        return [".".join(base + [node.module])]
    return [".".join(base + [a.name]) for a in node.names]


found = {}
try:
    for node in ast.parse(hand["text"]).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name in names(node):
                if not found and name and not there(name):
                    found = {"name": name, "line": node.lineno}
except SyntaxError:
    pass
print(json.dumps(found))
