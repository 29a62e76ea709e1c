"""Embeds the shards of a plan on a Ray cluster.

    pip install ray
    priorart parts plan /shared/dumps --output /shared/plan.json
    python embed.py /shared/plan.json --output /shared/parts --address auto
    priorart parts import /shared/parts --index priorart.index

Each worker runs `priorart parts run` for one shard at a time, so the binary, the model, the dumps and, unless the
parts go to s3://, the output have to be at the same paths on all machines. Credentials of an object store are
taken from the environment in which Ray was started there; they do not pass through Ray. A shard that fails, or
whose machine dies, is run again. Running this script again runs what is missing.
"""

import argparse
import json
import os
import subprocess
import sys
import time

import ray


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", help="what `priorart parts plan` wrote")
    parser.add_argument("--output", required=True, help="where the parts go: a folder or s3://BUCKET/PREFIX")
    parser.add_argument("--address", help="the Ray cluster; one on this machine is started where it is left out")
    parser.add_argument("--cpus", type=int, default=2, help="cores of a CPU worker (default 2)")
    parser.add_argument("--retries", type=int, default=3, help="how often a shard is tried again (default 3)")
    parser.add_argument("--model", help="the model's name or directory on the workers (default: the plan's)")
    parser.add_argument("--priorart", default="priorart", help="the binary on the workers")
    return parser.parse_args()


def run_shard(command, cores):
    """Runs on a worker: with the GPU that Ray gave it, else on so many cores."""
    gpus = ray.get_gpu_ids()
    device = f"wgpu:{gpus[0]}" if gpus else "cpu"
    environment = {**os.environ, "RAYON_NUM_THREADS": str(cores)}
    done = subprocess.run([*command, "--device", device], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{device}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def free_slots(needs, running):
    """How many more workers of each kind the cluster has room for; machines may come and go."""
    cluster = ray.cluster_resources()
    gpus = int(cluster.get("GPU", 0))
    slots = {"gpu": gpus, "cpu": int(cluster.get("CPU", 0) - gpus) // needs["cpu"]["num_cpus"]}
    busy = [kind for _, kind in running.values()]
    return {kind: slots[kind] - busy.count(kind) for kind in needs}


def main():
    args = arguments()
    with open(args.manifest) as file:
        count = len(json.load(file)["shards"])
    command = [args.priorart, "parts", "run", "--manifest", args.manifest, "--output", args.output, "--json", "--quiet"]
    command += ["--model", args.model] if args.model else []
    needs = {"gpu": {"num_gpus": 1, "num_cpus": 1}, "cpu": {"num_cpus": args.cpus}}

    ray.init(address=args.address, log_to_driver=False, logging_level="ERROR")
    options = {"max_retries": args.retries, "retry_exceptions": True}
    workers = {kind: ray.remote(run_shard).options(**options, **need) for kind, need in needs.items()}

    waiting, running, failed = list(range(count, 0, -1)), {}, 0
    passages, start = 0, time.monotonic()
    while waiting or running:
        for kind, free in free_slots(needs, running).items():
            for _ in range(min(free, len(waiting))):
                shard = waiting.pop()
                task = workers[kind].remote([*command, str(shard)], needs[kind]["num_cpus"])
                running[task] = (shard, kind)
        if not running:
            time.sleep(1)  # The machines are yet to come.
            continue
        for task in ray.wait(list(running), timeout=1)[0]:
            shard, _ = running.pop(task)
            try:
                passages += ray.get(task)["passages"]
            except ray.exceptions.RayError as error:
                failed += 1
                print(f"shard {shard} failed: {error}", file=sys.stderr)
            left, elapsed = len(waiting) + len(running), time.monotonic() - start
            print(
                f"{count - left} of {count} shards, {passages} passages, {passages / elapsed:.1f} passages/s, "
                f"{elapsed / (count - left) * left:.0f} s left",
                file=sys.stderr,
            )
    print(json.dumps({"shards": count, "failed": failed, "passages": passages}))
    sys.exit(3 if failed else 0)


if __name__ == "__main__":
    main()
