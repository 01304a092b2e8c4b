"""Serve the product as ``python -m dashboard`` does, and note how long every rerun's script took.

A rerun is timed where Streamlit calls it: answering the click, querying, drawing and writing the
messages, without their way to the browser.
"""

import sys
import time
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner import script_runner

from dashboard.hosts import Hosts
from dashboard.server import listen, serve

port, warehouse, log = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
run = vars(script_runner)["exec_func_with_error_handling"]


def timed(*arguments: Any) -> Any:
    start = time.perf_counter()
    try:
        return run(*arguments)
    finally:
        with log.open("a") as file:
            file.write(f"{(time.perf_counter() - start) * 1000}\n")


vars(script_runner)["exec_func_with_error_handling"] = timed
serve(
    sockets=listen("127.0.0.1", port), hosts=Hosts(), base_path="", open_browser=False,
    warehouse=warehouse,
)  # fmt: skip
