"""`python -m simulator --port 0 --token-file F --ready-file R --seed 7`"""

import argparse
import asyncio
import json
import os
from pathlib import Path

from simulator.house import House
from simulator.serve import listen, server


def main() -> None:
    parser = argparse.ArgumentParser(prog="simulator", description="Serves simulated payer portals on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--token-file", type=Path, required=True, help="holds the bearer token of the control API")
    parser.add_argument("--ready-file", type=Path, required=True, help="gets port and process id, as JSON")
    parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same people and claims")
    options = parser.parse_args()
    token = options.token_file.read_text("utf-8").strip()
    if not token:
        parser.error("the token file is empty")
    house = House.build(options.seed)
    with listen(options.port) as sock:
        portals = server(house, token)
        # The socket listens already: whoever reads the file may connect, and is served as soon as the loop turns.
        partial = options.ready_file.with_name(f"{options.ready_file.name}.part")
        partial.write_text(json.dumps({"port": sock.getsockname()[1], "pid": os.getpid()}), "utf-8")
        partial.replace(options.ready_file)
        asyncio.run(portals.serve([sock]))


if __name__ == "__main__":
    main()
