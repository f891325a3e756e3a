"""Where trainings happen: in this process, in processes of this machine, or on a Ray cluster.

Each does the same behind `Executor`, so the coordinator knows nothing of processes and machines.
"""
