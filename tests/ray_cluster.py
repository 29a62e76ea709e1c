"""A Ray cluster of three machines, as far as Ray can tell: three nodes with a worker each, and a head without any.

Prints the address, and shuts the cluster down when its standard input ends.
"""

import sys

from ray.cluster_utils import Cluster

# What is dead is noticed in seconds.
HEALTH = {"health_check_initial_delay_ms": 500, "health_check_period_ms": 500, "health_check_failure_threshold": 4}

node = {"object_store_memory": 80_000_000}
head = {**node, "num_cpus": 0, "include_dashboard": False, "_system_config": HEALTH}
cluster = Cluster(initialize_head=True, head_node_args=head)
for _ in range(3):
    cluster.add_node(num_cpus=1, **node)
print("address", cluster.address, flush=True)
sys.stdin.read()
cluster.shutdown()
