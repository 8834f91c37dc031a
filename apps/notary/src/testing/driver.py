"""Runs verify.py many times in one process: each line on stdin is a JSON list, the answer to each is one line on stdout.

["verify", trust, bundle] -> ["<the verdict line>", exit code]; ["ed25519", key, message, signature] in hex -> true | false.
The path of verify.py is the first argument.
"""
import contextlib
import functools
import importlib.util
import io
import json
import sys

sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
ed25519 = program.ed25519
# Thousands of bundles that differ in one bit have the same signatures: a pure function may remember.
program.ed25519 = functools.lru_cache(4096)(ed25519)


def answer(request):
    if request[0] == "ed25519":
        return ed25519(*map(bytes.fromhex, request[1:]))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = program.main(["--trust", request[1], "--lang", "en", request[2]])
    return [said.getvalue().rstrip("\n").rsplit("\n", 1)[-1], code]


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
