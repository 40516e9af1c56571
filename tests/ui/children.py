"""A small real child: what it does is its first argument."""

import json
import os
import signal
import sys
import threading


def say(**value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def watch():
    while os.read(0, 4096):
        pass
    os._exit(75)


def echo():
    say(type="started")
    job = json.loads(sys.stdin.buffer.readline())
    say(type="job", job=job)


def obedient():
    say(type="started")
    threading.Thread(target=watch, daemon=True).start()
    threading.Event().wait()


def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say(type="started")
    threading.Event().wait()


def crash():
    say(type="started")
    os.kill(os.getpid(), signal.SIGSEGV)


def traceback():
    say(type="started")
    raise ValueError("told on standard error")


def chatty():
    for number in range(2000):
        say(n=number)
        if number % 100 == 0:
            threading.Event().wait(0.005)
    sys.stdout.write("the last line has no end")


def big():
    say(id=12345678901234567890123, price=0.1)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
