"""Python runs this as it starts, where PYTHONPATH names this folder: the AWS CLI is loaded once, and forked for each command."""

import json
import os
import sys
import tempfile


def run(order, out, err):
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    # The CLI has put its own data there when it was loaded.
    data = os.environ.get("AWS_DATA_PATH")
    os.environ.clear()
    os.environ.update(order["env"])
    if data is not None:
        os.environ["AWS_DATA_PATH"] = data
    os.chdir(order["cwd"])
    sys.argv = ["aws", *order["args"]]
    code = 1
    try:
        code = awscli.clidriver.main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)


def text(file):
    file.seek(0)
    return file.read().decode()


if os.environ.get("FORK_AWS_CLI"):
    import awscli.clidriver

    print("ready", flush=True)
    for line in sys.stdin:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            pid = os.fork()
            if pid == 0:
                run(json.loads(line), out, err)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            print(json.dumps({"code": code, "out": text(out), "err": text(err)}), flush=True)
    os._exit(0)
